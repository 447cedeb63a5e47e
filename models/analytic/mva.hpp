// SPDX-License-Identifier: MIT
// Exact mean value analysis (Reiser and Lavenberg 1980) of a closed network with one class of customers:
// stations with one server each (processor sharing with any service law, or FIFO with exponential service)
// and a think time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/time.hpp"

namespace models::analytic {

struct ClosedNetwork {
  double throughput = 0.0;             // cycles per second
  sim::Duration response;              // of a cycle without the think time
  std::vector<double> station_length;  // mean number there
  std::vector<double> station_utilization;
};

// `demands`: the work that a cycle brings to each station.
ClosedNetwork mean_value_analysis(std::span<const sim::Duration> demands, std::size_t customers,
                                  sim::Duration think);

// No closed network is faster: min(N / (sum of demands + think), 1 / largest demand).
double throughput_bound(std::span<const sim::Duration> demands, std::size_t customers, sim::Duration think);

}  // namespace models::analytic
