// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "models/comparison/judge.hpp"

namespace models {

void check_slo(const Slo& slo, DeploymentResult& result) {
  struct Promise {
    std::string_view name;
    std::optional<double> limit;
    Metric metric;
  };
  const auto seconds = [](std::optional<Duration> limit) {
    return limit ? std::optional(limit->seconds) : std::nullopt;
  };
  const std::array<Promise, 5> promises{
      {{"errors", slo.errors ? std::optional(slo.errors->value) : std::nullopt, Metric::error_rate},
       {"p99", seconds(slo.p99), Metric::latency_p99},
       {"p95", seconds(slo.p95), Metric::latency_p95},
       {"p50", seconds(slo.p50), Metric::latency_p50},
       {"mean", seconds(slo.mean), Metric::latency_mean}}};

  for (const Promise& promise : promises) {
    if (!promise.limit) continue;
    if (result.slo == SloVerdict::none) result.slo = SloVerdict::ok;
    const Estimate& estimate = result[promise.metric];
    const bool is_latency = promise.metric != Metric::error_rate;
    SloVerdict verdict = SloVerdict::undecided;
    if (estimate.high + estimate.half_width <= *promise.limit) verdict = SloVerdict::ok;
    if (estimate.low - estimate.half_width > *promise.limit) verdict = SloVerdict::missed;
    // A saturated queue grows for as long as one looks, and where nobody is answered there is no latency at all: both
    // break every promise.
    if (is_latency && (result.saturated || std::isnan(estimate.mean))) verdict = SloVerdict::missed;
    const bool worse = verdict == SloVerdict::missed || (verdict == SloVerdict::undecided && result.slo == SloVerdict::ok);
    if (verdict == SloVerdict::ok || !worse || result.slo == SloVerdict::missed) continue;
    result.slo = verdict;
    result.slo_reason = promise.name;
  }
}

}  // namespace models
