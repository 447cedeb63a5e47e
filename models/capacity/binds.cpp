// SPDX-License-Identifier: MIT
#include "models/capacity/binds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace models {
namespace {

constexpr double used_up = 0.9;
constexpr double worth_mentioning = 0.05;  // of the mean latency, spent in a queue

double or_zero(double value) { return std::isnan(value) ? 0.0 : value; }

}  // namespace

Binds what_binds(const Observation& means, bool saturated) {
  const auto value = [&](Metric metric) { return or_zero(means[static_cast<std::size_t>(metric)]); };
  if (value(Metric::oom_kills) > 0.0) return Binds::memory;

  const std::array<std::pair<double, Binds>, 3> hardware{{{value(Metric::quota_utilization), Binds::cpu_quota},
                                                          {value(Metric::core_utilization), Binds::cores},
                                                          {value(Metric::lock_utilization), Binds::lock}}};
  const auto* most = std::max_element(hardware.begin(), hardware.end(),
                                      [](const auto& a, const auto& b) { return a.first < b.first; });
  if (most->first >= used_up) return most->second;

  const double latency = value(Metric::latency_mean);
  if (value(Metric::pool_wait) > worth_mentioning * latency) return Binds::pool;
  const bool workers_busy = value(Metric::worker_utilization) >= used_up || saturated;
  const bool queue = value(Metric::worker_wait) > worth_mentioning * latency;
  if (workers_busy && queue) return Binds::workers;
  if (most->first > 0.5 && saturated) return most->second;
  return Binds::arrivals;
}

}  // namespace models
