// SPDX-License-Identifier: MIT
#include "models/workload/sampler.hpp"

#include <cmath>

#include "sim/random/elementary.hpp"

namespace models {
namespace {

Duration mean_of_quantiles(const std::vector<QuantilePoint>& points) {
  double mean = points.front().probability.value * points.front().value.seconds +
                (1.0 - points.back().probability.value) * points.back().value.seconds;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double width = points[i].probability.value - points[i - 1].probability.value;
    mean += width * 0.5 * (points[i].value.seconds + points[i - 1].value.seconds);
  }
  return {mean};
}

Duration interpolate(const std::vector<QuantilePoint>& points, double u) {
  if (u <= points.front().probability.value) return points.front().value;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const QuantilePoint& left = points[i - 1];
    const QuantilePoint& right = points[i];
    if (u > right.probability.value) continue;
    const double share = (u - left.probability.value) / (right.probability.value - left.probability.value);
    return left.value + share * (right.value - left.value);
  }
  return points.back().value;
}

}  // namespace

Sampler::Sampler(const Distribution& distribution)
    : shape_(distribution.shape), mean_(distribution.mean.value), quantiles_(distribution.quantiles) {
  switch (shape_) {
    case Shape::lognormal: {
      const double variance = sim::log_portable(1.0 + distribution.scv);
      a_ = -0.5 * variance;
      b_ = std::sqrt(variance);
      break;
    }
    case Shape::gamma:
      a_ = 1.0 / distribution.scv;
      b_ = mean_.seconds * distribution.scv;
      break;
    case Shape::quantiles:
      mean_ = mean_of_quantiles(quantiles_);
      break;
    case Shape::constant:
    case Shape::exponential:
    case Shape::uniform:
      break;
  }
  const bool varies_by_scv = shape_ == Shape::lognormal || shape_ == Shape::gamma;
  if (mean_.seconds == 0.0 || (varies_by_scv && distribution.scv == 0.0)) shape_ = Shape::constant;
}

Duration Sampler::other_shape(sim::Stream& stream) const {
  switch (shape_) {
    case Shape::constant:
    case Shape::exponential: break;
    case Shape::lognormal: return mean_ * sim::exp_portable(a_ + b_ * stream.normal());
    case Shape::gamma: return {b_ * stream.gamma(a_)};
    case Shape::uniform: return 2.0 * stream.uniform() * mean_;
    case Shape::quantiles: return interpolate(quantiles_, stream.uniform());
  }
  return mean_;
}

}  // namespace models
