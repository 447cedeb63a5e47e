// SPDX-License-Identifier: MIT
// The day of every deployment of a scenario with an autoscaler.
#pragma once

#include "models/comparison/comparison.hpp"

namespace models {

// False when interrupted: then none has a day.
bool find_days(const Scenario& scenario, std::vector<DeploymentResult>& results, const RunOptions& options);

}  // namespace models
