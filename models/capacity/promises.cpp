// SPDX-License-Identifier: MIT
#include "models/capacity/promises.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "models/capacity/capacity.hpp"

namespace models {

bool Promise::is_latency() const {
  return metric == Metric::latency_mean || metric == Metric::latency_p50 || metric == Metric::latency_p95 ||
         metric == Metric::latency_p99;
}

std::vector<Promise> promises(const Slo& slo) {
  std::vector<Promise> all;
  const auto share = [&](std::string_view name, const std::optional<Fraction>& limit, Metric metric) {
    if (limit) all.push_back({name, limit->value, metric});
  };
  const auto time = [&](std::string_view name, const std::optional<Duration>& limit, Metric metric) {
    if (limit) all.push_back({name, limit->seconds, metric});
  };
  share("errors", slo.errors, Metric::error_rate);
  time("p99", slo.p99, Metric::latency_p99);
  time("p95", slo.p95, Metric::latency_p95);
  time("p50", slo.p50, Metric::latency_p50);
  time("mean", slo.mean, Metric::latency_mean);
  share("cpu", slo.cpu, Metric::quota_utilization);
  share("cpu", slo.cpu, Metric::core_utilization);
  share("memory", slo.memory, Metric::memory_utilization);
  return all;
}

std::string broken_promise(const Observation& observation, const Slo& slo) {
  const auto value = [&](Metric metric) { return observation[static_cast<std::size_t>(metric)]; };
  if (value(Metric::oom_kills) > 0.0) return "oom";
  for (const Promise& promise : promises(slo)) {
    const double seen = value(promise.metric);
    if (seen > promise.limit || (promise.is_latency() && std::isnan(seen))) return std::string(promise.name);
  }
  if (value(Metric::backlog_growth) > growth_of_saturation) return "load";
  if (!slo.errors && value(Metric::error_rate) > growth_of_saturation) return "load";
  return {};
}

double margin(const Observation& observation, const Slo& slo) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  // A value that is just its limit is kept.
  constexpr double just_broken = -1e-12;
  double least = infinite;
  for (const Promise& promise : promises(slo)) {
    const double seen = observation[static_cast<std::size_t>(promise.metric)];
    if (seen > 0.0 && promise.limit > 0.0) least = std::min(least, std::log(promise.limit / seen));
  }
  if (meets(observation, slo)) return std::max(least, 0.0);
  // Nobody is answered, memory runs out, or requests pile up: how near that is no promise tells.
  if (std::isinf(least) || least >= 0.0) return -infinite;
  return std::min(least, just_broken);
}

bool meets(const Observation& observation, const Slo& slo) { return broken_promise(observation, slo).empty(); }

}  // namespace models
