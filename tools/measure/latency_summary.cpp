// SPDX-License-Identifier: MIT
#include "tools/measure/latency_summary.hpp"

#include <algorithm>
#include <cmath>

namespace measure {

models::LatencySummary summarize(std::vector<Nanoseconds>& latencies) {
  models::LatencySummary summary;
  if (latencies.empty()) return summary;
  std::sort(latencies.begin(), latencies.end());
  const auto count = static_cast<double>(latencies.size());
  const auto at = [&](double p) {
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(p * count - 1e-9)));
    return models::Duration{static_cast<double>(latencies[std::min(rank, latencies.size()) - 1]) * 1e-9};
  };
  double sum = 0.0;
  for (const Nanoseconds latency : latencies) sum += static_cast<double>(latency);
  const double mean = sum / count;
  double squares = 0.0;
  for (const Nanoseconds latency : latencies) {
    const double distance = static_cast<double>(latency) - mean;
    squares += distance * distance;
  }
  summary.mean = {mean * 1e-9};
  summary.stdev = {latencies.size() > 1 ? std::sqrt(squares / (count - 1.0)) * 1e-9 : 0.0};
  summary.p10 = at(0.10);
  summary.p25 = at(0.25);
  summary.p50 = at(0.50);
  summary.p75 = at(0.75);
  summary.p90 = at(0.90);
  summary.p95 = at(0.95);
  summary.p99 = at(0.99);
  summary.p999 = at(0.999);
  summary.max = at(1.0);
  return summary;
}

}  // namespace measure
