// SPDX-License-Identifier: MIT
// What no single field can say: names that must exist, and settings that must fit each other.
#pragma once

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

// root: the tree that the scenario was read from, for positions.
void check_scenario(const YamlNode& root, const Scenario& scenario, Diagnostics& diagnostics);
void check_profile(const YamlNode& root, const Profile& profile, Diagnostics& diagnostics);

}  // namespace models
