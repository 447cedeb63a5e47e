// SPDX-License-Identifier: MIT
#include "models/comparison/judge.hpp"

#include <algorithm>
#include <cmath>

#include "models/capacity/binds.hpp"
#include "models/capacity/promises.hpp"
#include "models/runtime/registry.hpp"
#include "sim/stats/confidence.hpp"
#include "sim/stats/modes.hpp"

namespace models {
namespace {

Estimate estimate(const std::vector<AlternativeResult>& ends, Metric metric) {
  Estimate result;
  std::vector<sim::Interval> intervals;
  intervals.reserve(ends.size());
  for (const AlternativeResult& end : ends) intervals.push_back(sim::t_interval(values_of(end, metric)));
  const auto by_mean = [](const sim::Interval& a, const sim::Interval& b) { return a.mean < b.mean; };
  const auto [low, high] = std::minmax_element(intervals.begin(), intervals.end(), by_mean);
  result.low = low->mean;
  result.high = high->mean;
  result.mean = 0.5 * (result.low + result.high);
  result.half_width = std::max(low->half_width, high->half_width);
  return result;
}

bool is_saturated(const std::vector<AlternativeResult>& ends) {
  return std::any_of(ends.begin(), ends.end(), [](const AlternativeResult& end) {
    const sim::Interval growth = sim::t_interval(values_of(end, Metric::backlog_growth));
    return growth.mean - growth.half_width > growth_of_saturation;
  });
}

Observation means_of(const DeploymentResult& result) {
  Observation means{};
  for (std::size_t i = 0; i < metric_count; ++i) means[i] = result.estimates[i].mean;
  return means;
}

std::vector<Mode> modes_of(const AlternativeResult& result, Metric metric, double least_separation) {
  std::vector<Mode> modes;
  for (const sim::ModeOfSample& found : sim::find_modes(values_of(result, metric), least_separation)) {
    Mode mode;
    for (const std::size_t member : found.members) {
      const Observation& observation = result.observations[member];
      mode.throughput += observation[static_cast<std::size_t>(Metric::throughput)];
      mode.latency_p50 += observation[static_cast<std::size_t>(Metric::latency_p50)];
    }
    mode.throughput /= static_cast<double>(found.members.size());
    mode.latency_p50 /= static_cast<double>(found.members.size());
    mode.share = found.share;
    modes.push_back(mode);
  }
  if (modes.size() < 2) modes.clear();
  return modes;
}

}  // namespace

std::vector<double> values_of(const AlternativeResult& result, Metric metric) {
  std::vector<double> values;
  values.reserve(result.observations.size());
  for (const Observation& observation : result.observations) {
    values.push_back(observation[static_cast<std::size_t>(metric)]);
  }
  return values;
}

DeploymentResult judge(const Scenario& scenario, const Deployment& deployment,
                       const std::vector<AlternativeResult>& ends) {
  const Profile& profile = scenario.profiles.at(deployment.profile);
  DeploymentResult result;
  result.deployment = deployment;
  result.runtime = runtime_of(deployment, profile).name;
  result.interpreter = profile.provenance.interpreter;
  for (const MetricInfo& metric : metric_table()) {
    result.estimates[static_cast<std::size_t>(metric.metric)] = estimate(ends, metric.metric);
  }
  result.replications = ends.front().observations;
  result.saturated = is_saturated(ends);
  result.precise = std::all_of(ends.begin(), ends.end(), [](const AlternativeResult& end) { return end.precise; });
  const bool closed = scenario.service.load.connections.has_value();
  // Under open load regimes show in how long requests take, not in how many are served.
  result.modes = closed ? modes_of(ends.front(), Metric::throughput, 0.02)
                        : modes_of(ends.front(), Metric::latency_mean, 0.25);
  result.warm_up_s = ends.front().window.warm_up.seconds;
  result.duration_s = ends.front().window.length.seconds;
  for (const AlternativeResult& end : ends) {
    result.events += end.events;
    result.requests += end.requests;
  }
  result.binds = what_binds(means_of(result), result.saturated);
  check_slo(scenario.service.slo, result);
  state_basis(scenario, result);
  warn_of_mistakes(scenario, result);
  return result;
}

}  // namespace models
