// SPDX-License-Identifier: MIT
// What a request asks for on average, added up from the profile: where a search for the capacity begins, and how long
// its windows must be. Contention, hand-overs and the like are left out, so the true capacity is usually below.
#pragma once

#include "models/cluster/trial.hpp"

namespace models {

struct Demand {
  Duration cpu;    // CPU time of the workers
  Duration lock;   // part of it under the interpreter lock
  Duration total;  // CPU and waits: the latency of a lonely request
  Duration primary;  // CPU time of the primary process
};

Demand mean_demand(const TrialParameters& parameters);

// Requests per second that cores, quota, lock and workers of one container allow at most; infinite when none of them
// is needed.
double highest_rate(const TrialParameters& parameters);

}  // namespace models
