// SPDX-License-Identifier: MIT
// The days of a scenario with an autoscaler, on what was found to be the cheapest offer where there is one.
#pragma once

#include <vector>

#include "models/comparison/comparison.hpp"

namespace models {

// Fills `day` and `day_cost`. `services`: each deployment as a whole, its container as it is where it is bought. Does
// nothing without an autoscaler. False when interrupted.
bool find_days(const Scenario& scenario, const std::vector<TrialParameters>& services, std::vector<DeploymentResult>& results,
               const RunOptions& options);

}  // namespace models
