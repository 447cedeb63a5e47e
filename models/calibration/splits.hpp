// SPDX-License-Identifier: MIT
// How connections that stay with the process which accepted them spread over processes.
//
// Law of a burst: the first connection goes to a process at random; each further one follows the one before it with
// chance s (stickiness), else it goes to a process at random.
#pragma once

#include <cstddef>
#include <vector>

#include "models/fields/quantity.hpp"

namespace models {

// All ways to spread the connections over the processes, shares descending: 8 over 2 is 8:0, 7:1, ... 4:4.
// At most `most` of them, the most even ones first to go.
std::vector<std::vector<Count>> splits_of(Count connections, Count processes, std::size_t most = 64);

// The chance that a burst spreads as `split` (descending), under stickiness s.
double split_chance(const std::vector<Count>& split, double stickiness);

struct StickinessEstimate {
  double value = 0.0;
  double low = 0.0;   // where the likelihood has fallen by e^-1.92: 95 %
  double high = 1.0;
};

// Most likely stickiness behind the observed splits; at least one.
StickinessEstimate likeliest_stickiness(const std::vector<std::vector<Count>>& observed);

}  // namespace models
