// SPDX-License-Identifier: MIT
// Measured runs made by the simulator from a known profile: what a fit must give back.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "models/calibration/prediction.hpp"
#include "models/host/memory.hpp"
#include "models/profile/profile.hpp"

namespace synthetic {

template <class T>
models::Measured<T> known(T value) { return {value, value, value, models::Basis::measured, {}}; }

struct Truth {
  models::Profile profile;
  std::string server;
  models::Count cores = 2;
};

inline models::Phase computing(models::PhaseKind kind, double seconds, double scv, double releases = 0.0) {
  models::Phase phase;
  phase.kind = kind;
  phase.time.mean = known(models::Duration{seconds});
  phase.time.shape = models::Shape::lognormal;
  phase.time.scv = scv;
  phase.releases = known(releases);
  return phase;
}

inline models::Phase waiting(double seconds) {
  models::Phase phase;
  phase.kind = models::PhaseKind::wait;
  phase.time.mean = known(models::Duration{seconds});
  return phase;
}

inline models::Configuration configuration(std::string kernel, models::Count processes, models::Count threads,
                                           models::Count connections, bool keep_alive, models::Count cores = 2) {
  models::Configuration what;
  what.subject = "synthetic";
  what.kernel = std::move(kernel);
  what.processes = processes;
  what.threads = threads;
  what.cores = cores;
  what.connections = connections;
  what.keep_alive = keep_alive;
  what.warm_up = {2.0};
  what.window = {15.0};
  return what;
}

// One window of the truth, with a seed of its own.
inline models::MeasuredRun measure(const Truth& truth, const models::Configuration& what, std::uint64_t seed) {
  using models::Metric;
  const models::TrialParameters trial = trial_of(what, truth.profile, {truth.server, truth.cores, seed, true});
  const models::Observation seen = simulate(trial, window_of(what), 0).observation;
  const auto at = [&](Metric metric) { return seen[static_cast<std::size_t>(metric)]; };
  const models::Deployment& deployment = trial.deployment;
  models::MeasuredRun run;
  run.id = what.kernel + " " + std::to_string(what.processes) + "x" + std::to_string(what.threads) + " n" +
           std::to_string(what.connections) + (what.keep_alive ? " kept" : "") + " cores " + std::to_string(what.cores) +
           " seed " + std::to_string(seed);
  run.what = what;
  run.throughput = {at(Metric::throughput)};
  run.requests = static_cast<models::Count>(at(Metric::throughput) * what.window.seconds);
  run.latency.mean = {at(Metric::latency_mean)};
  run.latency.p50 = {at(Metric::latency_p50)};
  run.latency.p95 = {at(Metric::latency_p95)};
  run.latency.p99 = {at(Metric::latency_p99)};
  run.latency.p999 = {at(Metric::latency_p999)};
  run.server_cpu = {at(Metric::cpu_used)};
  run.cpu_per_request = {at(Metric::cpu_per_request)};
  const double handovers = at(Metric::handovers_per_request);
  run.voluntary_switches = 0.5 + (std::isnan(handovers) ? 0.0 : handovers);
  const bool connects = !what.keep_alive || !models::server_of(deployment, truth.profile).keep_alive;
  const models::LoadGeneratorCosts& client = truth.profile.load_generator;
  run.client_cpu_per_request = client.cpu.value + (connects ? client.connect_cpu.value : models::Duration{}) +
                               (what.rate ? client.open_cpu.value : models::Duration{});
  const auto processes = static_cast<double>(what.processes);
  run.start_cpu = 0.1 * models::Duration{1.0} + processes * truth.profile.spawn.cpu.value;
  run.start_time = run.start_cpu + truth.profile.spawn.wait.value;
  run.loaded.charge = models::Bytes{at(Metric::memory_mean)};
  run.loaded.pss = {at(Metric::memory_pss)};
  run.loaded.kernel = processes * truth.profile.memory.kernel_per_process.value;
  run.loaded.processes = what.processes + 1;
  run.loaded.threads = what.processes * what.threads;
  return run;
}

}  // namespace synthetic
