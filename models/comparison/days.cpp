// SPDX-License-Identifier: MIT
#include "models/comparison/days.hpp"

#include <utility>

#include "models/comparison/parameters.hpp"
#include "models/profile/range_end.hpp"

namespace models {

bool find_days(const Scenario& scenario, std::vector<DeploymentResult>& results, const RunOptions& options) {
  if (!scenario.autoscale.max) return true;
  std::vector<DayQuestion> questions;
  for (const DeploymentResult& result : results) {
    DayQuestion& question = questions.emplace_back();
    question.autoscale = scenario.autoscale;
    const TrialParameters parameters = parameters_of(scenario, result.deployment);
    for (const RangeEnd end : {RangeEnd::optimistic, RangeEnd::pessimistic}) {
      if (end == RangeEnd::pessimistic && !has_ranges(parameters.profile)) continue;
      question.ends.push_back(parameters);
      question.ends.back().profile = pinned(parameters.profile, end);
    }
  }
  try {
    std::vector<Day> days = find_days(questions, options);
    for (std::size_t i = 0; i < days.size(); ++i) results[i].day = std::move(days[i]);
  } catch (const Interrupted&) {
    return false;
  }
  return true;
}

}  // namespace models
