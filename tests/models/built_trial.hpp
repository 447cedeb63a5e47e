// SPDX-License-Identifier: MIT
// Hand-built trials for the tests of the models: a profile in which nothing costs anything but what a test says.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/cluster/trial.hpp"
#include "tests/models/relative.hpp"

namespace built {

using models::Bytes;
using models::Count;
using models::Duration;
using models::Metric;
using models::Phase;
using models::PhaseKind;
using models::Profile;
using models::TrialParameters;

inline models::Distribution distribution(Duration mean, models::Shape shape = models::Shape::constant,
                                         double scv = 1.0) {
  models::Distribution result;
  result.mean = models::assumed(mean);
  result.shape = shape;
  result.scv = scv;
  return result;
}

inline models::Distribution exponential(Duration mean) { return distribution(mean, models::Shape::exponential); }

inline Phase phase(PhaseKind kind, models::Distribution time) {
  Phase result;
  result.kind = kind;
  result.time = std::move(time);
  return result;
}

inline Phase cpu(models::Distribution time) { return phase(PhaseKind::cpu, std::move(time)); }
inline Phase cpu(Duration time) { return cpu(distribution(time)); }

inline Phase lock(models::Distribution time, double releases = 0.0) {
  Phase result = phase(PhaseKind::lock, std::move(time));
  result.releases = models::assumed(releases);
  return result;
}
inline Phase lock(Duration time, double releases = 0.0) { return lock(distribution(time), releases); }

inline Phase wait(models::Distribution time, bool awaitable = false, std::string pool = {}) {
  Phase result = phase(PhaseKind::wait, std::move(time));
  result.awaitable = awaitable;
  result.pool = std::move(pool);
  return result;
}
inline Phase wait(Duration time, bool awaitable = false, std::string pool = {}) {
  return wait(distribution(time), awaitable, std::move(pool));
}

inline models::Kernel kernel(std::string name, std::vector<Phase> phases) {
  models::Kernel result;
  result.name = std::move(name);
  result.phases = std::move(phases);
  return result;
}

inline Profile profile(std::vector<Phase> phases) {
  Profile result;
  result.kernels.push_back(kernel("request", std::move(phases)));
  return result;
}

inline Profile free_threaded(std::vector<Phase> phases) {
  Profile result = profile(std::move(phases));
  result.lock.present = false;
  return result;
}

// The lock of the measured gunicorn on CPython 3.13, and its poller.
inline Profile with_measured_lock(Profile profile) {
  profile.lock.handover_cpu = models::assumed(Duration{20e-6});
  profile.lock.handover_lock = models::assumed(Duration{14e-6});
  profile.accept.poller_cpu = models::assumed(Duration{115e-6});
  return profile;
}

inline models::Deployment server(std::string name, Count processes, Count threads = 1) {
  models::Deployment result;
  result.name = name;
  result.profile = "built";
  result.server = std::move(name);
  result.processes = processes;
  result.threads = threads;
  return result;
}

inline models::Deployment runtime(std::string name, Count processes, Count threads = 1) {
  models::Deployment result;
  result.name = name;
  result.profile = "built";
  result.runtime = std::move(name);
  result.processes = processes;
  result.threads = threads;
  return result;
}

inline TrialParameters trial(Profile profile, models::Deployment deployment) {
  TrialParameters result;
  result.profile = std::move(profile);
  result.deployment = std::move(deployment);
  return result;
}

inline TrialParameters closed(Profile profile, models::Deployment deployment, Count connections,
                              Duration think_time = {}) {
  TrialParameters result = trial(std::move(profile), std::move(deployment));
  result.service.load.connections = connections;
  result.service.load.think_time = think_time;
  return result;
}

inline TrialParameters open(Profile profile, models::Deployment deployment, double requests_per_second) {
  TrialParameters result = trial(std::move(profile), std::move(deployment));
  result.service.load.open = models::Rate{requests_per_second};
  return result;
}

inline double of(const models::TrialResults& results, Metric metric) {
  return results.observation[static_cast<std::size_t>(metric)];
}

// One replication of `length` seconds after a warm-up.
inline models::TrialResults simulate(const TrialParameters& parameters, double length, double warm_up = 1.0,
                                     std::uint64_t replication = 0) {
  return models::simulate(parameters, {Duration{warm_up}, Duration{length}}, replication);
}

}  // namespace built
