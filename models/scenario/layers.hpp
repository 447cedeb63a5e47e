// SPDX-License-Identifier: MIT
// What is laid over what before a scenario is read: the file over the one it `extends`, then each --set.
#pragma once

#include <string>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/sources.hpp"

namespace models {

inline constexpr int most_layers = 8;

// Replaces root by its bases with root laid over them, and removes `extends`. False if they cannot all be
// had.
bool apply_base(YamlNode& root, Sources& sources, Diagnostics& diagnostics);

// setting: "service.load=200/s".
void apply_setting(YamlNode& root, const std::string& setting, Sources& sources, Diagnostics& diagnostics);

}  // namespace models
