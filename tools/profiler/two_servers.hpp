// SPDX-License-Identifier: MIT
// Whether a command starts one server or, by its number of threads, another one.
#pragma once

#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"

namespace profiler {

// Where some configurations end each connection after its answer and others keep them: which, and that no one profile
// describes both. Else empty.
std::string two_servers(const std::vector<models::MeasuredRun>& runs);

}  // namespace profiler
