// SPDX-License-Identifier: MIT
// What a recording with a separate warm-up adds to a closed loop: the load generator of the warm-up ends with one request
// a connection in the server, and the measured window opens behind them.
//
// With n connections, w workers, throughput X and window S (seconds):
// - in service at the opening are min(n, w) leftovers, half done on average, so n - min(n, w)/2 requests' worth of work is
//   done first and missing from the count: X' = X - (n - min(n, w)/2) / S;
// - by Little's law a request takes L = n/X; the j-th of the first n (j = 1..n) meets the leftovers, too, and takes
//   L (1 + (j - 1/2)/n * (1 - min(n, w)/(2n)));
// - p99 of N = X S latencies is the k-th largest, k = floor(N/100) + 1: when k <= n that is one of those first.
#pragma once

#include "tools/validate/metric.hpp"

namespace validation {

// A closed loop's steady state as such a window would have shown it; open loads are returned unchanged.
Values seen_after_separate_warm_up(const Values& steady, const models::Configuration& what);

}  // namespace validation
