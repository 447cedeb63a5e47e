// SPDX-License-Identifier: MIT
// Classic mistakes in choosing workers that a deployment and its profile show before anything is run; none of them is
// an error.
#pragma once

#include <string>
#include <vector>

#include "models/scenario/scenario.hpp"

namespace models {

// A sentence each.
std::vector<std::string> mistakes(const Scenario& scenario, const Deployment& deployment);

}  // namespace models
