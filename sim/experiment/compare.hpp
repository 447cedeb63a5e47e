// SPDX-License-Identifier: MIT
// Are two alternatives different? Replication k of both saw the same random numbers, so their differences
// vary less than they do: a t interval on the paired differences.
#pragma once

#include <span>

namespace sim {

enum class Verdict { less, no_difference_proven, more };

struct PairedDifference {
  double mean = 0.0;  // of first - second
  double half_width = 0.0;
  Verdict verdict = Verdict::no_difference_proven;  // first is less or more than second
};

// Over the replications that both have.
PairedDifference paired_difference(std::span<const double> first, std::span<const double> second,
                                   double level = 0.95);

}  // namespace sim
