// SPDX-License-Identifier: MIT
#include "tools/validate/summary.hpp"
#include "sim/stats/median.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace validation {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double worst(const std::vector<double>& errors) {
  return errors.empty() ? unknown : *std::max_element(errors.begin(), errors.end());
}

MetricSummary of_metric(const std::vector<ScoredCase>& cases, std::size_t metric) {
  std::vector<double> errors, naive, own, spreads, qualifying, in_spreads;
  for (const ScoredCase& one : cases) {
    const double error = std::abs(one.error[metric]);
    if (one.standing != Standing::scored || !tells(one.what, metric) || std::isnan(error)) continue;
    errors.push_back(error);
    spreads.push_back(one.spread[metric]);
    if (!std::isnan(one.naive_error[metric])) {
      naive.push_back(std::abs(one.naive_error[metric]));
      own.push_back(error);
    }
    if (one.qualifies(metric)) {
      qualifying.push_back(error);
    } else {
      in_spreads.push_back(error / one.spread[metric]);
    }
  }
  return {errors.size(),     sim::median(errors),     worst(errors),     sim::median(naive), sim::median(own), sim::median(spreads),
          qualifying.size(), sim::median(qualifying), worst(qualifying), sim::median(in_spreads)};
}

const models::ErrorBound& bound_of(const models::AccuracyBounds& bounds, std::size_t metric) {
  const std::array<const models::ErrorBound*, metrics> all{&bounds.throughput,      &bounds.latency_p50,
                                                           &bounds.latency_p99,     &bounds.cpu_per_request,
                                                           &bounds.memory_charge,   &bounds.memory_pss};
  return *all[metric];
}

}  // namespace

double Summary::ranking_score() const {
  return comparisons() == 0 ? unknown
                            : static_cast<double>(ranked[0] + ranked[1]) / static_cast<double>(comparisons());
}

Summary summarize(const std::vector<ScoredCase>& cases, const std::vector<Ranking>& rankings) {
  Summary summary;
  for (const ScoredCase& one : cases) {
    ++summary.cases[static_cast<std::size_t>(one.standing)];
    const bool measured = one.oom_kills > 0.0;
    const bool predicted = one.prediction.oom_kills >= 0.5;
    summary.oom_cases += measured || predicted;
    summary.oom_right += measured && predicted;
  }
  for (std::size_t metric = 0; metric < metrics; ++metric) summary.by_metric[metric] = of_metric(cases, metric);
  for (const Ranking& ranking : rankings) ++summary.ranked[static_cast<std::size_t>(ranking.verdict)];
  return summary;
}

std::vector<std::string> broken_bounds(const Summary& summary, const models::AccuracyBounds& bounds) {
  std::vector<std::string> broken;
  for (std::size_t metric = 0; metric < metrics; ++metric) {
    const MetricSummary& reached = summary.by_metric[metric];
    const models::ErrorBound& bound = bound_of(bounds, metric);
    const auto judge = [&](const char* which, double error, const std::optional<models::Fraction>& limit) {
      // Nothing to compare is no accuracy either.
      if (!limit || error <= limit->value) return;
      broken.push_back(fmt::format("{}: the {} error is {:.2f}%, above {:.2f}%", metric_table[metric].name, which,
                                   error * 100.0, limit->value * 100.0));
    };
    judge("median", reached.median_error, bound.median);
    judge("worst", reached.worst_error, bound.worst);
  }
  const MetricSummary& first = summary.by_metric[throughput];
  if (bounds.throughput.median && first.own_median_error >= first.naive_median_error) {
    broken.push_back(fmt::format("throughput: the median error of perfect scaling is {:.2f}%, that of the model {:.2f}%",
                                 first.naive_median_error * 100.0, first.own_median_error * 100.0));
  }
  if (bounds.ranking && !(summary.ranking_score() >= bounds.ranking->value)) {
    broken.push_back(fmt::format("ranking: {:.0f}% of {} comparisons are right or tied, below {:.0f}%",
                                 summary.ranking_score() * 100.0, summary.comparisons(), bounds.ranking->value * 100.0));
  }
  return broken;
}

}  // namespace validation
