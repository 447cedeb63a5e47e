// SPDX-License-Identifier: MIT
// Student's t interval for the mean of independent observations (the means of replications).
#pragma once

#include <span>

namespace sim {

struct Interval {
  double mean = 0.0;
  double half_width = 0.0;

  bool contains(double value) const { return mean - half_width <= value && value <= mean + half_width; }
};

// How many standard errors to either side hold `level` of Student's distribution.
double t_quantile(double degrees_of_freedom, double level = 0.95);

// One observation has an infinite half width. NaN for none, or when an observation is not finite.
Interval t_interval(std::span<const double> observations, double level = 0.95);

}  // namespace sim
