// SPDX-License-Identifier: MIT
// What keeps a deployment from doing more. A kill for memory comes first; then whichever of quota, cores and lock is
// used most, if it is nearly used up; then downstream tokens and workers that requests queue for; else nothing here
// does: the arrivals.
#pragma once

#include "models/fields/metrics.hpp"

namespace models {

// `means`: of the replications. `saturated`: requests of an open load pile up.
Binds what_binds(const Observation& means, bool saturated);

}  // namespace models
