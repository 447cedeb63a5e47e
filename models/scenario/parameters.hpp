// SPDX-License-Identifier: MIT
// From a scenario to what is simulated.
#pragma once

#include "models/cluster/trial.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

// A deployment of the scenario as a trial; the profile keeps its ranges.
TrialParameters parameters_of(const Scenario& scenario, const Deployment& deployment);

}  // namespace models
