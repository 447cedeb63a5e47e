// SPDX-License-Identifier: MIT
// Raw latencies to their summary. A quantile is the order statistic ceil(p n), as everywhere in forkcast.
#pragma once

#include <vector>

#include "models/calibration/measured_run.hpp"
#include "tools/measure/monotonic.hpp"

namespace measure {

// Sorts them. Without any, everything is 0.
models::LatencySummary summarize(std::vector<Nanoseconds>& latencies);

}  // namespace measure
