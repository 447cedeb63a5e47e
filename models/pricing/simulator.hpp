// SPDX-License-Identifier: MIT
// What sizing and pricing ask of the simulation. Tests put closed forms in its place.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "models/capacity/capacity.hpp"
#include "models/cluster/run_options.hpp"
#include "models/cluster/trial.hpp"

namespace models {

struct Simulator {
  // Of `replicas` containers on one node together.
  std::function<Capacity(const TrialParameters&)> capacity;
  // Replications at the pessimistic end of the profile's ranges.
  std::function<std::vector<Observation>(const TrialParameters&, std::size_t replications)> observe;
};

// Both throw Interrupted. `options` must outlive it.
Simulator simulator(const RunOptions& options);

}  // namespace models
