// SPDX-License-Identifier: MIT
// Single replications of many different trials, on all cores: what searches over loads and deployments ask for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/cluster/run_options.hpp"
#include "models/cluster/trial.hpp"
#include "models/fields/estimate.hpp"

namespace models {

struct Replication {
  const TrialParameters* parameters = nullptr;
  Window window;
  std::uint64_t number = 0;
};

// In the order of the requests. A replication that more requests pile up in than can be simulated is one whose backlog
// grows by all of them, everything else in it does not apply. Throws Interrupted.
std::vector<Observation> replicate(std::span<const Replication> wanted, const RunOptions& options);

// A window of about so many requests, a fifth of it before them to warm up: longer where requests, bursts or quota
// periods are. It is chosen without a pilot, so a search may change the load as often as it likes.
Window window_of(const TrialParameters& parameters, std::size_t requests);

// Means over observations, with the intervals that they have.
std::array<Estimate, metric_count> estimates_of(std::span<const Observation> observations);
Observation means_of(std::span<const Observation> observations);

}  // namespace models
