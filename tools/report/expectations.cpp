// SPDX-License-Identifier: MIT
#include "tools/report/expectations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "tools/report/number.hpp"

namespace report {
namespace {

using models::DeploymentResult;
using models::Estimate;
using models::Expectation;

// The number that a claim is about.
struct Claimed {
  Estimate estimate;
  std::string_view unit;
};

// Or why there is none.
std::variant<Claimed, std::string> claimed(const std::string& name, const DeploymentResult& result) {
  const auto known = std::ranges::find(models::metric_table(), name, &models::MetricInfo::name);
  if (known != models::metric_table().end()) return Claimed{result[known->metric], known->unit};
  if (const models::CapacityMetricInfo* info = models::find_capacity_metric(name)) {
    if (!result.capacity) return "no capacity was found";
    if (!result.capacity->any) return "no load keeps the promises: " + result.capacity->reason;
    return Claimed{result.capacity->load, info->unit};
  }
  if (const models::DayMetricInfo* info = models::find_day_metric(name)) {
    if (!result.day) return "there is no autoscaler";
    return Claimed{(*result.day)[info->metric], info->unit};
  }
  return "there is no such metric";
}

void judge_number(const Expectation& expectation, const DeploymentResult& result, std::vector<Checked>& checks) {
  const auto add = [&](bool passed, const std::string& claim, const std::string& found) {
    checks.push_back({&expectation, passed,
                      fmt::format("{} {} {}", expectation.deployment, expectation.metric, claim), found});
  };
  const std::variant<Claimed, std::string> looked_up = claimed(expectation.metric, result);
  if (const auto* missing = std::get_if<std::string>(&looked_up)) {
    add(false, "is asked for", *missing);
    return;
  }
  const auto& [estimate, unit] = std::get<Claimed>(looked_up);
  // A claim about a range must hold at its pessimistic end too.
  const auto [low, high] = std::minmax(estimate.low, estimate.high);
  const bool meaningless = result.saturated && expectation.metric.starts_with("latency");
  const auto judge = [&](bool holds, const std::string& claim, std::string found) {
    if (meaningless) found = "saturated";
    if (std::isnan(estimate.mean)) found = "does not apply";
    add(holds && !meaningless && !std::isnan(estimate.mean), claim, found);
  };
  const std::string shown = format_estimate(estimate, unit);
  if (expectation.at_least) {
    judge(low >= *expectation.at_least, fmt::format("at least {}", format_setting(*expectation.at_least, unit)), shown);
  }
  if (expectation.at_most) {
    judge(high <= *expectation.at_most, fmt::format("at most {}", format_setting(*expectation.at_most, unit)), shown);
  }
  if (expectation.near) {
    const double slack = expectation.within.value * std::abs(*expectation.near);
    judge(low >= *expectation.near - slack && high <= *expectation.near + slack,
          fmt::format("near {} within {}", format_setting(*expectation.near, unit),
                      format_setting(expectation.within.value, "1")),
          shown);
  }
  if (expectation.interval_contains) {
    const double from = low - estimate.half_width;
    const double to = high + estimate.half_width;
    const bool known_width = std::isfinite(estimate.half_width);
    judge(known_width && from <= *expectation.interval_contains && *expectation.interval_contains <= to,
          fmt::format("interval contains {}", format_setting(*expectation.interval_contains, unit)),
          known_width ? fmt::format("{} to {}", format_value(from, unit), format_value(to, unit))
                      : std::string("one replication gives no interval"));
  }
}

// What a deployment costs on its cheapest offer; null without a price that keeps the promises.
const models::Quote* price_of(const DeploymentResult& result) {
  const models::Quote* quote = result.bill ? result.bill->best() : nullptr;
  return quote && quote->holds ? quote : nullptr;
}

std::string shown_cost(const models::Quote* quote) {
  if (!quote) return "no price keeps the promises";
  return models::text(quote->least.amount(), quote->most.amount(), models::decimals_per_month);
}

// A claim must hold for all that the uncertainty of the amount allows.
void judge_cost(const Expectation& expectation, const DeploymentResult& result, const models::Comparison& comparison,
                std::vector<Checked>& checks) {
  const models::Quote* quote = price_of(result);
  const auto add = [&](bool passed, const std::string& claim, const std::string& found) {
    checks.push_back({&expectation, passed, fmt::format("{} {}", expectation.deployment, claim), found});
  };
  const auto same_currency = [&](const models::Money& limit) { return quote && quote->currency == limit.currency(); };
  if (const auto& limit = expectation.cost_at_least) {
    add(same_currency(*limit) && quote->least.amount() >= *limit, "costs at least " + models::exact_text(*limit), shown_cost(quote));
  }
  if (const auto& limit = expectation.cost_at_most) {
    add(same_currency(*limit) && quote->most.amount() <= *limit, "costs at most " + models::exact_text(*limit), shown_cost(quote));
  }
  if (!expectation.cheaper_than.empty()) {
    const auto other = std::ranges::find_if(comparison.deployments, [&](const DeploymentResult& one) {
      return one.deployment.name == expectation.cheaper_than;
    });
    // Whoever has no price at which the promises are kept is never the cheaper one.
    const models::Quote* theirs = other == comparison.deployments.end() ? nullptr : price_of(*other);
    add(quote && (!theirs || models::surely_cheaper(*quote, *theirs)), "cheaper than " + expectation.cheaper_than,
        fmt::format("{} and {}", shown_cost(quote), shown_cost(theirs)));
  }
  if (expectation.containers) {
    const bool known = result.density.has_value();
    add(known && result.density->containers == *expectation.containers, fmt::format("fits {} times on a node", *expectation.containers),
        known ? std::to_string(result.density->containers) : "no node");
  }
}

}  // namespace

std::vector<Checked> check(const models::Comparison& comparison) {
  std::vector<Checked> checks;
  for (const Expectation& expectation : comparison.scenario.expect) {
    const auto result = std::ranges::find_if(comparison.deployments, [&](const DeploymentResult& one) {
      return one.deployment.name == expectation.deployment;
    });
    if (result == comparison.deployments.end()) {
      checks.push_back({&expectation, false, fmt::format("{} is run", expectation.deployment), "it did not finish"});
      continue;
    }
    if (!expectation.binds.empty()) {
      checks.push_back({&expectation, expectation.binds == word(result->binds),
                        fmt::format("{} binds {}", expectation.deployment, expectation.binds),
                        std::string(word(result->binds))});
    }
    if (!expectation.slo.empty()) {
      checks.push_back({&expectation, expectation.slo == word(result->slo),
                        fmt::format("{} slo {}", expectation.deployment, expectation.slo),
                        std::string(word(result->slo))});
    }
    judge_cost(expectation, *result, comparison, checks);
    if (!expectation.metric.empty()) judge_number(expectation, *result, checks);
  }
  return checks;
}

std::string line(const Checked& checked) {
  return fmt::format("{} {}: {}", checked.passed ? "✓" : "✗", checked.claim, checked.found);
}

}  // namespace report
