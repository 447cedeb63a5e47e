// SPDX-License-Identifier: MIT
// The outcome as a person reads it: a table for each metric, the contests, the summary. Terminal and Markdown differ in
// how a grid is drawn.
#include <fmt/format.h>

#include <cmath>

#include "tools/report/number.hpp"
#include "tools/validate/outcome.hpp"
#include "tools/validate/text_grid.hpp"

namespace validation {

namespace {

std::string signed_percent(double share) { return std::isnan(share) ? "-" : fmt::format("{:+.1f}%", share * 100.0); }
std::string percent(double share) { return std::isnan(share) ? "-" : fmt::format("{:.1f}%", share * 100.0); }

std::string note(const ScoredCase& one, std::size_t metric) {
  if (one.standing == Standing::unpredicted) return one.prediction.problem;
  if (one.standing != Standing::scored) return std::string(models::word(one.standing));
  if (!tells(one.what, metric)) return "open";
  if (one.qualifies(metric)) return {};
  std::string text = one.contaminated > 0 ? fmt::format("{} of {} contaminated", one.contaminated, one.repeats) : "noisy";
  const double spreads = std::abs(one.error[metric]) / one.spread[metric];
  return std::isfinite(spreads) ? text + fmt::format(", {:.1f} spreads", spreads) : text;
}

TextGrid of_metric(const std::vector<ScoredCase>& cases, std::size_t metric) {
  const MetricInfo& info = metric_table[metric];
  TextGrid grid{{std::string(info.heading), "MEASURED", "PREDICTED", "ERROR", "SPREAD", "NAIVE", "NOTE"}, {}, 1};
  for (const ScoredCase& one : cases) {
    if (std::isnan(one.measured[metric])) continue;
    grid.rows.push_back({label(one.what), report::format_value(one.measured[metric], info.unit),
                         report::format_value(one.prediction.values[metric], info.unit),
                         signed_percent(one.error[metric]), percent(one.spread[metric]),
                         signed_percent(one.naive_error[metric]), note(one, metric)});
  }
  return grid;
}

TextGrid of_rankings(const std::vector<Ranking>& rankings) {
  TextGrid grid{{"CONTEST", "OF", "LOSS", "VERDICT", "MEASURED BEST", "PREDICTED BEST"}, {}, 3};
  for (const Ranking& one : rankings) {
    grid.rows.push_back({one.what, fmt::format("{}", one.deployments), percent(one.regret),
                         std::string(models::word(one.verdict)), one.measured_best, one.predicted_best});
  }
  return grid;
}

TextGrid of_summary(const Summary& summary) {
  TextGrid grid{{"ERROR", "CASES", "MEDIAN", "WORST", "NAIVE MEDIAN", "SPREAD", "QUALIFY", "THEIR MEDIAN", "THEIR WORST",
                 "TARGET", "OTHERS IN SPREADS"},
                {},
                0};
  for (std::size_t metric = 0; metric < metrics; ++metric) {
    const MetricSummary& one = summary.by_metric[metric];
    grid.rows.push_back({std::string(metric_table[metric].name), fmt::format("{}", one.cases), percent(one.median_error),
                         percent(one.worst_error), percent(one.naive_median_error), percent(one.spread_median),
                         fmt::format("{}", one.qualifying), percent(one.qualifying_median_error),
                         percent(one.qualifying_worst_error), percent(metric_table[metric].target),
                         std::isnan(one.noisy_median_error_in_spreads)
                             ? "-"
                             : fmt::format("{:.1f}", one.noisy_median_error_in_spreads)});
  }
  return grid;
}

std::string counts(const Summary& summary) {
  std::string text;
  for (std::size_t i = 0; i < summary.cases.size(); ++i) {
    if (summary.cases[i] == 0) continue;
    text += text.empty() ? "" : ", ";
    text += fmt::format("{} {}", summary.cases[i], models::word(static_cast<Standing>(i)));
  }
  text = "cases: " + text + "\n";
  if (summary.comparisons() > 0) {
    text += fmt::format("best deployment predicted best or tied in {} of {} comparisons ({} right, {} tied)\n",
                        summary.ranked[0] + summary.ranked[1], summary.comparisons(), summary.ranked[0],
                        summary.ranked[1]);
  }
  if (summary.oom_cases > 0) {
    text += fmt::format("kills for memory: measured and predicted in {} of {} cases with any\n", summary.oom_right,
                        summary.oom_cases);
  }
  return text;
}

std::string text_of(const std::vector<Outcome>& outcomes, std::string (*draw)(const TextGrid&)) {
  std::string text;
  for (const Outcome& outcome : outcomes) {
    text += outcome.plan + (outcome.description.empty() ? "" : ": " + outcome.description) + "\n\n";
    for (std::size_t metric = 0; metric < metrics; ++metric) {
      const TextGrid grid = of_metric(outcome.cases, metric);
      if (!grid.rows.empty()) text += draw(grid) + "\n";
    }
    if (!outcome.rankings.empty()) text += draw(of_rankings(outcome.rankings)) + "\n";
    text += draw(of_summary(outcome.summary)) + "\n" + counts(outcome.summary);
    for (const CampaignFailure& failure : outcome.failures) text += failure.what + ": not measured: " + failure.message + "\n";
    for (const std::string& broken : outcome.broken) text += "BROKEN " + broken + "\n";
    text += "\n";
  }
  if (outcomes.size() > 1) {
    const Summary all = summary_of_all(outcomes);
    text += "all\n\n" + draw(of_summary(all)) + "\n" + counts(all);
  }
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace

std::string as_table(const std::vector<Outcome>& outcomes) { return text_of(outcomes, drawn); }

std::string as_markdown(const std::vector<Outcome>& outcomes) {
  return text_of(outcomes, [](const TextGrid& grid) { return as_markdown(grid); });
}

}  // namespace validation
