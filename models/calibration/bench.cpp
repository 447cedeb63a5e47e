// SPDX-License-Identifier: MIT
#include "models/calibration/bench.hpp"

#include <algorithm>
#include <cmath>

#include "models/calibration/prediction.hpp"
#include "sim/experiment/runner.hpp"

namespace models {
namespace {

TrialParameters trial_of(const Draft& draft, const Probe& probe, const BenchSettings& settings) {
  Profile profile = profile_of(draft);
  // What the generator cost in this very run.
  profile.load_generator.cpu.value = probe.client_cpu;
  TrialParameters trial =
      models::trial_of(probe.what, profile, {draft.server, settings.machine_cores, settings.seed, probe.shared_cores});
  trial.service.connection_split = probe.split;
  return trial;
}

// As long as the measured throughput needs for the requests, with enough periods of a quota.
Window window_for(const Draft& draft, const Probe& probe, std::size_t requests) {
  // The few that starve decide the tail: more of them.
  if (draft.starvation > 0.0 && probe.what.threads > probe.what.cores) requests *= 4;
  // Nearly constant latencies settle with few.
  if (probe.measured(Metric::latency_p95) < 1.2 * probe.measured(Metric::latency_p50)) requests /= 3;
  const double throughput = probe.what.rate ? probe.what.rate->per_second : probe.measured(Metric::throughput);
  Duration length{static_cast<double>(requests) / throughput};
  if (probe.what.cpu) length = std::max(length, Duration{4.0});
  const Duration filled = static_cast<double>(probe.what.connections) * 3.0 * Duration{1.0 / throughput};
  return {std::max(0.1 * length, filled), length};
}

// One connection, and yet server and client together compute for longer than a cycle lasts: by more than two readings of
// 1 % each leave open.
bool overlaps(const Probe& probe) {
  constexpr double taking_turns = 1.03;
  const double cpu = probe.measured(Metric::cpu_per_request) + probe.client_cpu.seconds;
  return !probe.what.rate && probe.what.connections == 1 && probe.measured(Metric::throughput) * cpu > taking_turns;
}

}  // namespace

std::vector<Observation> Bench::run(const std::vector<Task>& tasks) const {
  std::vector<sim::Trial> trials;
  trials.reserve(tasks.size());
  for (const Task& task : tasks) {
    sim::StoppingRule rule;
    rule.exactly = settings_.replications;
    trials.push_back({[task, this](std::size_t replication) {
                        const TrialResults results = simulate(trial_of(*task.draft, *task.probe, settings_),
                                                              window_for(*task.draft, *task.probe, settings_.requests), replication);
                        return std::vector<double>(results.observation.begin(), results.observation.end());
                      },
                      rule});
  }
  const std::vector<sim::TrialResult> results = sim::run(trials, {settings_.jobs, {}, {}});
  std::vector<Observation> means;
  for (const sim::TrialResult& result : results) {
    Observation& mean = means.emplace_back();
    mean.fill(0.0);
    for (const std::vector<double>& one : result.observations) {
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += one[i] / static_cast<double>(result.observations.size());
    }
  }
  return means;
}

bool counts(const Probe& probe, const Target& target, bool with_tail) {
  if (overlaps(probe)) return false;
  const bool idles = !probe.what.rate && probe.what.connections < 2 * probe.what.processes;
  if (target.metric == Metric::cpu_per_request && idles) return false;
  return with_tail || target.metric != Metric::latency_p999;
}

std::vector<double> residuals_of(const Probe& probe, const Observation& predicted, bool with_tail) {
  constexpr double farthest = 3.0;  // of the logarithm: a prediction of nothing at all
  std::vector<double> residuals;
  for (const Target& target : probe.targets) {
    if (!counts(probe, target, with_tail)) continue;
    const double value = predicted[static_cast<std::size_t>(target.metric)];
    const double off = value > 0.0 ? std::log(value / target.measured) : -farthest;
    residuals.push_back(std::clamp(off, -farthest, farthest) / target.sigma);
  }
  return residuals;
}

}  // namespace models
