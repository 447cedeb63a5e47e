// SPDX-License-Identifier: MIT
// Up to which load a single replication keeps its promises, for many trials at once: rough capacities that are compared
// with each other, replication by replication, where find_capacity would be too dear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/capacity/capacity.hpp"

namespace models {

struct Threshold {
  const TrialParameters* at = nullptr;   // of one container, its profile pinned
  std::uint64_t replication = 0;
  double guess = 0.0;                    // where to look first; 0: where resources suggest
};

struct ThresholdSettings {
  std::size_t requests = 3'000;          // of a window
  double precision = 0.03;               // of the load
};

struct Thresholds {
  std::vector<double> loads;             // in the order of the questions; 0 where no load keeps the promises
  std::uint64_t replications = 0;        // spent
};

// Throws Interrupted.
Thresholds thresholds(std::span<const Threshold> wanted, const Slo& slo, const ThresholdSettings& settings,
                      const RunOptions& options);

}  // namespace models
