// SPDX-License-Identifier: MIT
// Whether the probes can tell an interpreter lock at all.
#pragma once

#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"

namespace profiler {

// Where there are several threads, but in every probe enough processes to keep all cores busy with a lock as without
// one: that it is a guess. Else empty.
std::string untold_lock(const std::vector<models::MeasuredRun>& runs);

}  // namespace profiler
