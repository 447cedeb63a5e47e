// SPDX-License-Identifier: MIT
#include "sim/experiment/stopping_rule.hpp"

#include <algorithm>
#include <cmath>

#include "sim/stats/confidence.hpp"

namespace sim {
namespace {

// The half width over |mean|; zero for a metric that has no relative precision.
double relative_half_width(Observations observations, std::size_t metric) {
  std::vector<double> values;
  values.reserve(observations.size());
  for (const std::vector<double>& observation : observations) values.push_back(observation.at(metric));
  const Interval interval = t_interval(values);
  if (std::isnan(interval.mean) || interval.mean == 0.0) return 0.0;
  return interval.half_width / std::abs(interval.mean);
}

}  // namespace

bool StoppingRule::precise(Observations observations) const {
  return std::all_of(metrics.begin(), metrics.end(), [&](std::size_t metric) {
    return relative_half_width(observations, metric) <= precision;
  });
}

std::size_t StoppingRule::next_decision(std::size_t done) const {
  if (exactly) return *exactly;
  const std::size_t first = std::max<std::size_t>(minimum, 1);
  const std::size_t last = std::max(maximum, first);
  return done < first ? first : std::min(done + std::max<std::size_t>(batch, 1), last);
}

bool StoppingRule::satisfied(Observations observations) const {
  if (next_decision(observations.size()) == observations.size()) return true;
  return !exactly && precise(observations);
}

std::size_t StoppingRule::expected(Observations observations) const {
  const std::size_t done = observations.size();
  if (exactly || done < 2) return next_decision(0);
  double worst = 0.0;
  for (const std::size_t metric : metrics) {
    const double width = relative_half_width(observations, metric);
    if (std::isfinite(width)) worst = std::max(worst, width);
  }
  const double ratio = worst / precision;
  const double forecast = static_cast<double>(done) * ratio * ratio;
  std::size_t count = next_decision(0);
  while (next_decision(count) != count && (count < done || static_cast<double>(count) < forecast)) {
    count = next_decision(count);
  }
  return count;
}

}  // namespace sim
