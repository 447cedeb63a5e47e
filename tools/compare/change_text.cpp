// SPDX-License-Identifier: MIT
#include "tools/compare/change_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/report/number.hpp"
#include "tools/validate/text_grid.hpp"

namespace differences {
namespace {

std::string signed_value(double value, std::string_view unit) {
  constexpr double rounding = 1e-9;
  if (unit == "1" && std::abs(value) < rounding) value = 0.0;
  const std::string size = report::format_value(std::abs(value), unit);
  return fmt::format("{}{}", value > 0.0 ? "+" : value < 0.0 ? "-" : "", size);
}

std::string signed_interval(double low, double high, std::string_view unit) {
  if (std::isnan(low) || std::isnan(high)) return std::string(report::not_applicable);
  if (std::isinf(low) || std::isinf(high)) return "anything";
  const std::string from = signed_value(low, unit);
  const std::string to = signed_value(high, unit);
  return from == to ? from : fmt::format("{}..{}", from, to);
}

// Where no percentage can be given: the difference itself. That of two shares is not a percentage of the first.
std::string absolute(const std::string& text, models::Metric metric) {
  return models::info(metric).unit == "1" && text != "0" ? text + " points" : text;
}

std::string change_cell(const Change& change) {
  if (change.standing != Standing::compared) return std::string(report::not_applicable);
  const std::optional<double> relative = change.relative();
  if (relative && change.relative_interval()) return signed_value(*relative, "1");
  return absolute(signed_value(change.difference().mean, models::info(change.metric).unit), change.metric);
}

std::string interval_cell(const Change& change) {
  if (change.standing != Standing::compared) return std::string(report::not_applicable);
  if (const std::optional<sim::RatioInterval> interval = change.relative_interval()) {
    return signed_interval(interval->low, interval->high, "1");
  }
  const sim::Interval difference = change.difference();
  const double low = difference.mean - difference.half_width;
  const double high = difference.mean + difference.half_width;
  return absolute(signed_interval(low, high, models::info(change.metric).unit), change.metric);
}

std::string verdict_cell(const Change& change) {
  switch (change.standing) {
    case Standing::compared: return std::string(spoken(change.verdict()));
    case Standing::vanishes: return "nobody is answered any more";
    case Standing::saturates: return "saturated now";
    case Standing::saturated: return "was saturated";
    case Standing::absent: break;
  }
  return std::string(report::not_applicable);
}

std::string estimate_cell(const models::Estimate& estimate, const Change& change, bool after) {
  const bool meaningless = change.standing == Standing::saturated || (after && change.standing == Standing::saturates);
  return meaningless ? std::string("saturated") : report::format_estimate(estimate, models::info(change.metric).unit);
}

std::string spaced(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

validation::TextGrid metric_grid(const Comparison& comparison, const std::vector<models::Metric>& metrics) {
  validation::TextGrid grid{{"DEPLOYMENT, METRIC", "BEFORE", "AFTER", "CHANGE", "95 % INTERVAL", "VERDICT"}, {}, 1};
  for (const DeploymentChange& deployment : comparison.deployments) {
    grid.rows.push_back({deployment.name, "", "", "", "", ""});
    for (const models::Metric metric : metrics) {
      const Change& change = deployment.changes[static_cast<std::size_t>(metric)];
      // Memory of zero: no profile has numbers for it.
      const bool no_memory = models::info(metric).unit == "bytes" && change.before.mean == 0.0 && change.after.mean == 0.0;
      if (change.standing == Standing::absent || no_memory) continue;
      grid.rows.push_back({fmt::format("  {}", spaced(models::info(metric).name)), estimate_cell(change.before, change, false),
                           estimate_cell(change.after, change, true), change_cell(change), interval_cell(change),
                           verdict_cell(change)});
    }
  }
  return grid;
}

// Empty when no deployment has a bill on both sides.
validation::TextGrid bill_grid(const Comparison& comparison) {
  validation::TextGrid grid{{"DEPLOYMENT, COST", "BEFORE", "AFTER", "CHANGE", "VERDICT"}, {}, 1};
  for (const DeploymentChange& deployment : comparison.deployments) {
    if (deployment.bill.empty()) continue;
    grid.rows.push_back({deployment.name, "", "", "", ""});
    for (const BillChange& change : deployment.bill) {
      grid.rows.push_back({fmt::format("  {}", spaced(change.name)), change.before.range, change.after.range,
                           change.relative ? signed_value(*change.relative, "1") : std::string(report::not_applicable),
                           change.is_the_same() ? std::string("the same") : std::string(spoken(change.verdict()))});
    }
  }
  return grid;
}

std::string sides(const Comparison& comparison) {
  const auto side = [](std::string_view title, const Origin& origin) {
    return fmt::format("{}: {} (forkcast {}, seed {}, {} {})\n", title, origin.file, origin.version, origin.seed,
                       origin.scenario_file, origin.scenario_hash);
  };
  return side("before", comparison.before) + side("after", comparison.after);
}

}  // namespace

std::string_view spoken(models::Verdict verdict) {
  constexpr std::array<std::string_view, 3> words{"less", "no difference proven", "more"};
  return words[static_cast<std::size_t>(verdict)];
}

std::string in_words(const Change& change) {
  if (change.standing == Standing::absent) return "does not apply";
  const std::string values = fmt::format("{}, then {}", estimate_cell(change.before, change, false),
                                         estimate_cell(change.after, change, true));
  if (change.standing != Standing::compared) return fmt::format("{}: {}", values, verdict_cell(change));
  return fmt::format("{}: {} ({}), {}", values, change_cell(change), interval_cell(change), verdict_cell(change));
}

std::string in_words(const BillChange& change) {
  const std::string share = change.relative ? fmt::format(" ({})", signed_value(*change.relative, "1")) : std::string();
  return fmt::format("{} {}, then {}{}", change.name, change.before.range, change.after.range, share);
}

std::string as_table(const Comparison& comparison, const std::vector<models::Metric>& metrics) {
  std::string text = fmt::format("{}\n{}", sides(comparison), validation::drawn(metric_grid(comparison, metrics)));
  const validation::TextGrid bills = bill_grid(comparison);
  if (!bills.rows.empty()) text += fmt::format("\n{}", validation::drawn(bills));
  if (!comparison.notes.empty()) text += "\n";
  for (const std::string& note : comparison.notes) text += note + "\n";
  return text;
}

std::string as_markdown(const Comparison& comparison, const std::vector<models::Metric>& metrics) {
  std::string text = sides(comparison);
  text.insert(text.find('\n'), "  ");  // a line break of Markdown
  text += fmt::format("\n{}", validation::as_markdown(metric_grid(comparison, metrics)));
  const validation::TextGrid bills = bill_grid(comparison);
  if (!bills.rows.empty()) text += fmt::format("\n{}", validation::as_markdown(bills));
  if (!comparison.notes.empty()) text += "\n";
  for (const std::string& note : comparison.notes) text += fmt::format("- {}\n", note);
  return text;
}

}  // namespace differences
