// SPDX-License-Identifier: MIT
// Arrival times from a CSV file: one time in seconds per line, ascending, from the start of the simulation; and rates of
// arrival over a day: a time in seconds and a rate per second per line, ascending.
// A first line "time_s" or "time_s,rate_per_s", empty lines and lines that begin with # are skipped.
#pragma once

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

inline constexpr std::size_t largest_trace = std::size_t{64} << 20;

// Fills trace_times when service.load.trace is given.
void read_trace(const YamlNode& root, Scenario& scenario, Diagnostics& diagnostics);

// Fills trace_points when autoscale.trace is given.
void read_rates(const YamlNode& root, Scenario& scenario, Diagnostics& diagnostics);

}  // namespace models
