// SPDX-License-Identifier: MIT
// What the fields of the `autoscale` block must keep among each other and with the rest of the scenario.
#pragma once

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

void check_autoscale(const YamlNode& root, const Scenario& scenario, Diagnostics& diagnostics);

}  // namespace models
