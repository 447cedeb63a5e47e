// SPDX-License-Identifier: MIT
// What keeps a deployment from doing more. A kill for memory comes first; then whichever of quota, cores and lock is
// used most, if it is nearly used up; then downstream tokens and workers that requests queue for; else nothing here
// does: the arrivals.
#include <algorithm>
#include <array>
#include <cmath>

#include "models/comparison/judge.hpp"

namespace models {
namespace {

constexpr double used_up = 0.9;
constexpr double worth_mentioning = 0.05;  // of the mean latency, spent in a queue

double or_zero(double value) { return std::isnan(value) ? 0.0 : value; }

}  // namespace

Binds what_binds(const Scenario&, const DeploymentResult& result) {
  const auto value = [&](Metric metric) { return or_zero(result[metric].mean); };
  if (value(Metric::oom_kills) > 0.0) return Binds::memory;

  const std::array<std::pair<double, Binds>, 3> hardware{{{value(Metric::quota_utilization), Binds::cpu_quota},
                                                          {value(Metric::core_utilization), Binds::cores},
                                                          {value(Metric::lock_utilization), Binds::lock}}};
  const auto* most = std::max_element(hardware.begin(), hardware.end(),
                                      [](const auto& a, const auto& b) { return a.first < b.first; });
  if (most->first >= used_up) return most->second;

  const double latency = value(Metric::latency_mean);
  if (value(Metric::pool_wait) > worth_mentioning * latency) return Binds::pool;
  const bool workers_busy = value(Metric::worker_utilization) >= used_up || result.saturated;
  const bool queue = value(Metric::worker_wait) > worth_mentioning * latency;
  if (workers_busy && queue) return Binds::workers;
  if (most->first > 0.5 && result.saturated) return most->second;
  return Binds::arrivals;
}

}  // namespace models
