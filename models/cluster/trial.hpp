// SPDX-License-Identifier: MIT
// One deployment simulated once: parameters in, an observation out. A trial depends on nothing else, so any number
// can run at the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
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
  bool interrupted = false;      // then there is no observation
  Observation observation{};
  std::uint64_t events = 0;
  std::uint64_t requests = 0;    // that left within the window
  Bytes charge_at_end;           // of a container, the mean of all
  Bytes pss_at_end;
};

// What may be spent on one trial.
struct Effort {
  std::uint64_t events = 1'000'000'000;    // more than these is an error: some minutes
  std::size_t requests_at_once = 1'000'000;  // in the system, of an open load; more is an error: some 2 GB
  std::function<bool()> stop_requested;    // asked every few million events
};

// The scenario asks for more than that; says of which deployment, how far it came and what helps.
class TooManyEvents : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

TrialResults simulate(const TrialParameters& parameters, const Window& window, std::uint64_t replication,
                      const Effort& effort = {});

// A window for these parameters: a pilot run finds the warm-up (MSER-5 on latencies) and how long it takes to see
// `requests` of them; where the container has a quota, at least `periods` of its periods. Neither pilot nor window
// takes more than `events`: where nearly every request is lost, that sees fewer of those that are not. Of an open load
// that outruns the service the pilot sees `requests_at_once` in the system and the window is no longer than that took.
// Batch and trace workloads have a window of their own: the whole run.
struct PilotSettings {
  std::size_t requests = 20000;
  std::size_t periods = 50;
  std::uint64_t events = 2'000'000;
  std::size_t requests_at_once = 100'000;
};
Window choose_window(const TrialParameters& parameters, const PilotSettings& settings);

}  // namespace models
