// SPDX-License-Identifier: MIT
#include "sim/stats/confidence.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "sim/stats/tally.hpp"

namespace sim {

double t_quantile(double degrees_of_freedom, double level) {
  const boost::math::students_t distribution(degrees_of_freedom);
  const double quantile = boost::math::quantile(distribution, 0.5 + level / 2.0);
  // Boost asks the platform's log and exp, whose last bits differ; results must not.
  return std::ldexp(std::nearbyint(std::ldexp(quantile, 32)), -32);
}

Interval t_interval(std::span<const double> observations, double level) {
  Tally tally;
  for (const double observation : observations) tally.add(observation);
  const double mean = tally.mean();
  if (observations.size() == 1 && std::isfinite(mean)) return {mean, std::numeric_limits<double>::infinity()};
  const double variance = tally.variance();
  if (!std::isfinite(variance)) return {mean, std::numeric_limits<double>::quiet_NaN()};
  const double n = static_cast<double>(observations.size());
  return {mean, t_quantile(n - 1.0, level) * std::sqrt(variance / n)};
}

}  // namespace sim
