// SPDX-License-Identifier: MIT
// What it means that a simulation agrees with theory. A replication must be an unbiased estimate of every
// exact value (the tests start in the stationary state, so that no warm-up stands in the way).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace theory {

using Replicate = std::function<std::vector<double>(std::uint64_t seed, std::uint64_t replication)>;

// With one fixed seed, every exact value lies inside the 99.9 % interval of 24 replications.
void check_exact_values(const Replicate& replicate, const std::vector<double>& exact);

// Over 400 seeds, the 95 % interval of 20 replications contains every exact value as often as it promises: 3
// sigma = 3 sqrt(.95 .05 / 400) = 3.3 %, so in 91.7 to 98.3 % of the seeds.
void check_coverage(const Replicate& replicate, const std::vector<double>& exact);

}  // namespace theory
