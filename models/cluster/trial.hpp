// SPDX-License-Identifier: MIT
// One deployment simulated once: parameters in, an observation out. A trial depends on nothing else, so any number
// can run at the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "models/fields/metrics.hpp"
#include "models/host/host.hpp"
#include "models/profile/profile.hpp"
#include "models/runtime/deployment.hpp"
#include "models/workload/load.hpp"
#include "models/workload/pool.hpp"

namespace models {

struct TrialParameters {
  Service service;
  Container container;
  Node node;
  Count replicas = 1;
  std::vector<Pool> pools;
  Profile profile;         // ranges pinned to one end
  Deployment deployment;
  std::uint64_t seed = 1;
};

// The part of a run that is observed.
struct Window {
  Duration warm_up;
  Duration length;
};

struct TrialResults {
  Observation observation{};
  std::uint64_t events = 0;
  std::uint64_t requests = 0;    // that left within the window
};

TrialResults simulate(const TrialParameters& parameters, const Window& window, std::uint64_t replication);

// A window for these parameters: a pilot run finds the warm-up (MSER-5 on latencies) and how long it takes to see
// `requests` of them; where the container has a quota, at least `periods` of its periods. Batch and trace workloads
// have a window of their own: the whole run.
struct PilotSettings {
  std::size_t requests = 20000;
  std::size_t periods = 50;
};
Window choose_window(const TrialParameters& parameters, const PilotSettings& settings);

}  // namespace models
