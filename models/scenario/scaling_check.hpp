// SPDX-License-Identifier: MIT
// A curve of the throughput of 1, 2, ... busy cores over that of one: an entry for each core, the first 1, none above
// its number of cores.
#pragma once

#include <vector>

#include "models/fields/quantity.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"

namespace models {

// node: where the curve is written, null if it is not.
void check_scaling(const std::vector<double>& scaling, Count cores, const YamlNode* node, Diagnostics& diagnostics);

}  // namespace models
