// SPDX-License-Identifier: MIT
// Price sheets: in their own file, and those that the `cost` of a scenario names.
#pragma once

#include <string>

#include "models/cost/cost_block.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/scenario.hpp"
#include "models/scenario/sources.hpp"

namespace models {

PriceSheet read_whole_sheet(const YamlNode& node, const std::string& file, Diagnostics& diagnostics);

// Loads the sheets that the `cost` of a scenario names and keeps of them what it asks for. One that does not exist is
// an error, and so are kinds of cores that cannot be compared for want of a speed.
void read_prices(const YamlNode& root, Scenario& scenario, Sources& sources, Diagnostics& diagnostics);

}  // namespace models
