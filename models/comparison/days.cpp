// SPDX-License-Identifier: MIT
#include "models/comparison/days.hpp"

#include <algorithm>
#include <utility>

#include "models/profile/range_end.hpp"

namespace models {

namespace {

// What replica-hours cost is exact; how many of them a day takes is an estimate.
std::optional<DayCost> cost_of(const DeploymentResult& result) {
  const Quote* quote = result.bill ? result.bill->best() : nullptr;
  if (!quote || !quote->per_replica_hour) return std::nullopt;
  const Estimate& hours = (*result.day)[DayMetric::replica_hours];
  const auto price = [&](double replica_hours) { return *quote->per_replica_hour * Ratio::of(std::max(0.0, replica_hours)); };
  return DayCost{price(hours.high), price(hours.low - hours.half_width), price(hours.high + hours.half_width)};
}

}  // namespace

bool find_days(const Scenario& scenario, const std::vector<TrialParameters>& services,
               std::vector<DeploymentResult>& results, const RunOptions& options) {
  if (!scenario.autoscale.max) return true;
  std::vector<DayQuestion> questions;
  for (const TrialParameters& service : services) {
    DayQuestion& question = questions.emplace_back();
    question.autoscale = scenario.autoscale;
    for (const RangeEnd end : {RangeEnd::optimistic, RangeEnd::pessimistic}) {
      if (end == RangeEnd::pessimistic && !has_ranges(service.profile)) continue;
      question.ends.push_back(service);
      question.ends.back().profile = pinned(service.profile, end);
    }
  }
  try {
    std::vector<Day> days = find_days(questions, options);
    for (std::size_t i = 0; i < days.size(); ++i) {
      results[i].day = std::move(days[i]);
      results[i].day_cost = cost_of(results[i]);
    }
  } catch (const Interrupted&) {
    return false;
  }
  return true;
}

}  // namespace models
