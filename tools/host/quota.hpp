// SPDX-License-Identifier: MIT
// What this kernel makes of a CPU quota: a group of its own with more computing threads than the quota feeds. Each
// thread watches the clock and notes its gaps; while all of them have one, the group stands still.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/host/samples.hpp"

namespace host {

struct QuotaCase {
  double quota = 1.0;        // cores, period 100 ms
  std::size_t threads = 1;
};

struct QuotaSample {
  double share = 0.0;        // CPU time over what the quota allows
  double throttled = 0.0;    // seconds that the group stood still, per period
  double run_length = 0.0;   // seconds between two stops, median
};

// Cases in which the quota binds on so many cores.
std::vector<QuotaCase> quota_cases(std::size_t cores);

// Computes for about `periods` periods. Nothing where no group can be made; then `problem` says why.
std::optional<QuotaSample> quota_sample(const QuotaCase& of, int periods, std::string& problem);

// A stretch of time, in seconds.
struct Gap {
  double start = 0.0;
  double end = 0.0;
};

// What two ascending lists of disjoint gaps have in common.
std::vector<Gap> common_gaps(const std::vector<Gap>& a, const std::vector<Gap>& b);

struct Stops {
  double stopped = 0.0;      // seconds
  Samples runs;              // lengths of the runs between two stops; without a stop, all of it
};
// The gaps between `begin` and `end` that are long enough to be stops.
Stops stops_in(const std::vector<Gap>& gaps, double begin, double end);

}  // namespace host
