// SPDX-License-Identifier: MIT
// The mean of observations y_k beside each of which a control c_k was seen: a number, correlated with y_k, whose
// expectation is known to be zero (S. Lavenberg, P. Welch: Management Science 27(3), 1981). With means y. and c. over n
// observations and sums of products of deviations from them S:
//     y_k = mean + b c_k + e_k        mean' = y. - b' c.,   b' = S_yc / S_cc
//     half width = t(n - 2) sqrt(s^2 (1 / n + c.^2 / S_cc)),   s^2 = (S_yy - b'^2 S_cc) / (n - 2)
// Exact for jointly normal y and c. Where their correlation is r, the variance of mean' is (1 - r^2) (n - 2) / (n - 3)
// times that of y.: a control that explains little costs more than it brings when there are few observations.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

#include "sim/stats/confidence.hpp"
#include "sim/stats/tally.hpp"

namespace bench {

// Of as many observations as controls, at least four, which are not all equal.
inline sim::Interval controlled_interval(std::span<const double> observations,
                                         std::span<const double> controls, double level = 0.95) {
  sim::Tally y;
  sim::Tally c;
  for (const double observation : observations) y.add(observation);
  for (const double control : controls) c.add(control);
  const double n = static_cast<double>(observations.size());
  const double squares = c.variance() * (n - 1.0);
  double products = 0.0;
  for (std::size_t k = 0; k < observations.size(); ++k) {
    products += (observations[k] - y.mean()) * (controls[k] - c.mean());
  }
  const double slope = products / squares;
  double residual = 0.0;
  for (std::size_t k = 0; k < observations.size(); ++k) {
    const double error = observations[k] - y.mean() - slope * (controls[k] - c.mean());
    residual += error * error;
  }
  const double variance = residual / (n - 2.0) * (1.0 / n + c.mean() * c.mean() / squares);
  return {y.mean() - slope * c.mean(), sim::t_quantile(n - 2.0, level) * std::sqrt(variance)};
}

}  // namespace bench
