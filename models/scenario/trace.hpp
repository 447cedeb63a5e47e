// SPDX-License-Identifier: MIT
// Arrival times from a CSV file: one time in seconds per line, ascending, from the start of the simulation.
// A first line "time_s", empty lines and lines that begin with # are skipped.
#pragma once

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

inline constexpr std::size_t largest_trace = std::size_t{64} << 20;

// Fills trace_times when service.load.trace is given.
void read_trace(const YamlNode& root, Scenario& scenario, Diagnostics& diagnostics);

}  // namespace models
