// SPDX-License-Identifier: MIT
// The promises of an SLO as limits on metrics, the gravest first.
#pragma once

#include <string_view>
#include <vector>

#include "models/fields/metrics.hpp"
#include "models/workload/load.hpp"

namespace models {

struct Promise {
  std::string_view name;   // of the field of Slo
  double limit = 0.0;
  Metric metric = Metric::latency_p99;

  // A latency that nobody has is a broken promise; a limit on what the container has no limit of is kept.
  bool is_latency() const;
};

std::vector<Promise> promises(const Slo& slo);

// By how much a replication keeps its promises: the logarithm of limit over value, of the one that is kept most narrowly.
// Negative just where meets() is false; infinite where no promise says by how much.
double margin(const Observation& observation, const Slo& slo);

// Requests in the system that grow by more than this share of the arrivals are a load beyond capacity.
inline constexpr double growth_of_saturation = 0.01;

}  // namespace models
