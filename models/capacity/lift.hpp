// SPDX-License-Identifier: MIT
// What would be if a resource were not scarce: the same trial with it lifted.
#pragma once

#include <optional>

#include "models/cluster/trial.hpp"
#include "models/fields/metrics.hpp"
#include "models/workload/load.hpp"

namespace models {

struct Lifted {
  TrialParameters at;
  Slo slo;                     // less the promise about what was lifted
};

// No CPU limit, no memory limit, four times the cores or the workers, pools for everybody. Nothing for the interpreter
// lock, which no budget buys off, and for the arrivals.
std::optional<Lifted> lift(const TrialParameters& at, const Slo& slo, Binds binds);

}  // namespace models
