// SPDX-License-Identifier: MIT
// Where a run has forgotten its start: MSER-5 (White, Cobb and Spratt, "A comparison of five steady-state
// truncation heuristics for simulation", 2000). With y the means of consecutive batches of five observations
// and n of them, it drops the d first batches for which
//     sum over i > d of (y_i - mean_{>d})^2 / (n - d)^2
// is smallest: the squared standard error of the mean of what is kept.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace sim {

// Observations to drop, a multiple of five. Nothing when the minimum lies beyond half of the batches or when
// there are fewer than twenty of them: the run is too short to tell. A NaN is always dropped. The last
// quarter is always kept as a whole: a handful of batches that happen to be alike would look like a perfect
// steady state (with five kept of 80 stationary ones that happened in 1.5 % of runs).
std::optional<std::size_t> mser5(std::span<const double> observations);

}  // namespace sim
