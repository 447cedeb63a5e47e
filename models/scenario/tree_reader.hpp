// SPDX-License-Identifier: MIT
// A scenario from a tree that all layers have been laid on.
#pragma once

#include <optional>
#include <string>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/scenario.hpp"
#include "models/scenario/sources.hpp"

namespace models {

// file: as the user named it. Nothing when something is wrong, which is reported.
std::optional<Scenario> scenario_from_tree(const std::string& file, const YamlNode& root, Sources& sources,
                                           Diagnostics& diagnostics);

}  // namespace models
