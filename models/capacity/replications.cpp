// SPDX-License-Identifier: MIT
#include "models/capacity/replications.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/capacity/demand.hpp"
#include "sim/experiment/runner.hpp"
#include "sim/stats/confidence.hpp"

namespace models {
namespace {

constexpr std::size_t requests_at_once = 200'000;
constexpr double least_periods = 50.0;   // of a CPU quota
constexpr double least_bursts = 10.0;    // of an mmpp load

Observation overrun() {
  Observation observation;
  observation.fill(std::numeric_limits<double>::quiet_NaN());
  observation[static_cast<std::size_t>(Metric::backlog_growth)] = 1.0;
  return observation;
}

std::vector<double> simulated(const Replication& wanted, const Effort& effort) {
  try {
    const TrialResults results = simulate(*wanted.parameters, wanted.window, wanted.number, effort);
    if (results.interrupted) return {};
    return {results.observation.begin(), results.observation.end()};
  } catch (const TooManyEvents&) {
    const Observation observation = overrun();
    return {observation.begin(), observation.end()};
  }
}

// Requests per second that a load makes when nothing is in its way.
double undisturbed_rate(const TrialParameters& parameters) {
  const Load& load = parameters.service.load;
  if (load.open) return load.open->per_second;
  const double bound = highest_rate(parameters);
  const Duration cycle = load.think_time + mean_demand(parameters).total;
  const auto clients = static_cast<double>(load.connections.value_or(1));
  return cycle > Duration{} ? std::min(bound, clients / cycle.seconds) : bound;
}

}  // namespace

std::vector<Observation> replicate(std::span<const Replication> wanted, const RunOptions& options) {
  Effort effort;
  effort.requests_at_once = requests_at_once;
  effort.stop_requested = options.stop_requested;
  sim::StoppingRule once;
  once.exactly = 1;
  std::vector<sim::Trial> trials;
  trials.reserve(wanted.size());
  for (const Replication& one : wanted) {
    trials.push_back({[&one, &effort](std::size_t) { return simulated(one, effort); }, once});
  }
  const std::vector<sim::TrialResult> results = sim::run(trials, {options.jobs, {}, options.stop_requested});
  std::vector<Observation> observations(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (results[i].observations.empty()) throw Interrupted();
    std::copy_n(results[i].observations.front().begin(), metric_count, observations[i].begin());
  }
  return observations;
}

Window window_of(const TrialParameters& parameters, std::size_t requests) {
  const Load& load = parameters.service.load;
  const double rate = undisturbed_rate(parameters);
  Window window;
  window.length = Duration{std::isfinite(rate) ? static_cast<double>(requests) / rate : 1.0};
  if (parameters.container.limits.cpu) {
    window.length = std::max(window.length, least_periods * parameters.container.cpu_period);
  }
  if (load.arrivals == ArrivalProcess::mmpp) window.length = std::max(window.length, least_bursts * load.burst_every);
  window.warm_up = std::max(0.2 * window.length, 3.0 * (load.think_time + mean_demand(parameters).total));
  return window;
}

std::array<Estimate, metric_count> estimates_of(std::span<const Observation> observations) {
  std::array<Estimate, metric_count> estimates{};
  for (std::size_t metric = 0; metric < metric_count; ++metric) {
    std::vector<double> values;
    values.reserve(observations.size());
    for (const Observation& observation : observations) values.push_back(observation[metric]);
    const sim::Interval interval = sim::t_interval(values);
    estimates[metric] = {interval.mean, interval.half_width, interval.mean, interval.mean};
  }
  return estimates;
}

Observation means_of(std::span<const Observation> observations) {
  Observation means{};
  for (const Observation& observation : observations) {
    for (std::size_t metric = 0; metric < metric_count; ++metric) means[metric] += observation[metric];
  }
  for (double& mean : means) mean /= static_cast<double>(observations.size());
  return means;
}

}  // namespace models
