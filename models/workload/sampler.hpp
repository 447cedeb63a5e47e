// SPDX-License-Identifier: MIT
// Draws values of a Distribution. Each draw consumes a fixed kind of randomness from the caller's stream, so that the
// n-th request of a connection has the same demand under every deployment.
//
// lognormal: m exp(sigma z - sigma^2 / 2) with mean m, scv c, sigma^2 = ln(1 + c): exactly proportional to m.
// gamma:     shape 1 / c, scale m c.
// uniform:   on [0, 2 m].
// quantiles: linear interpolation between the given points, constant beyond the first and last.
#pragma once

#include <vector>

#include "models/workload/kernel.hpp"
#include "sim/random/stream.hpp"

namespace models {

class Sampler {
 public:
  explicit Sampler(const Distribution& distribution);

  Duration operator()(sim::Stream& stream) const {
    return shape_ == Shape::exponential ? mean_ * stream.exponential() : other_shape(stream);
  }
  Duration mean() const { return mean_; }

 private:
  Duration other_shape(sim::Stream& stream) const;

  Shape shape_;
  Duration mean_;
  double a_ = 0.0;  // lognormal: -sigma^2 / 2; gamma: shape
  double b_ = 0.0;  // lognormal: sigma; gamma: scale
  std::vector<QuantilePoint> quantiles_;
};

}  // namespace models
