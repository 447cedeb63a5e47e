// SPDX-License-Identifier: MIT
// What a measurement leaves open of the numbers of its profile, from the report of its fit (`forkcast profile
// --report`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace profiler {

// A 95 % interval, SI.
struct FitInterval {
  std::string path;  // "lock.handover_cpu", "kernels.json.demand"
  double low = 0.0;
  double high = 0.0;
};

struct FitIntervals {
  std::vector<FitInterval> intervals;
  std::string problem;  // empty: the text is such a report
};

FitIntervals fit_intervals(std::string_view report);

}  // namespace profiler
