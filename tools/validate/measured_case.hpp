// SPDX-License-Identifier: MIT
// All the runs of one configuration.
#pragma once

#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"

namespace validation {

// "shop json 2x4 cpu 1 n=64": what tells a configuration from others, the usual left out.
std::string label(const models::Configuration& what);

// Equal but for the time that was measured.
bool same_case(const models::Configuration& a, const models::Configuration& b);

struct MeasuredCase {
  models::Configuration what;
  std::vector<models::MeasuredRun> runs;   // at least one
};

// In the order in which they first appear.
std::vector<MeasuredCase> grouped(const std::vector<models::MeasuredRun>& runs);

}  // namespace validation
