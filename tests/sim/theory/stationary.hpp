// SPDX-License-Identifier: MIT
// Drawing the state in which a simulation starts, so that it is stationary from its first moment, and the
// service laws of the theory tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/random/elementary.hpp"
#include "sim/random/stream.hpp"

namespace theory {

// A law on 0, 1, 2, ... from weights.
class DiscreteLaw {
 public:
  explicit DiscreteLaw(const std::vector<double>& weights) {
    for (const double weight : weights)
      cumulated_.push_back((cumulated_.empty() ? 0.0 : cumulated_.back()) + weight);
  }
  std::size_t draw(sim::Stream& stream) const {
    const double mark = stream.uniform() * cumulated_.back();
    std::size_t value = 0;
    while (value + 1 < cumulated_.size() && cumulated_[value] <= mark) ++value;
    return value;
  }

 private:
  std::vector<double> cumulated_;
};

// Number in an M/M/c queue with offered load a < c: p_n / p_{n-1} = a / min(n, c). c = 1 holds for M/G/1-PS
// too.
inline DiscreteLaw number_in_open_queue(std::size_t servers, double offered_load) {
  std::vector<double> weights{1.0};
  double largest = 1.0;
  for (std::size_t n = 1; weights.back() > 1e-18 * largest; ++n) {
    weights.push_back(weights.back() * offered_load / static_cast<double>(std::min(n, servers)));
    largest = std::max(largest, weights.back());
  }
  return DiscreteLaw(weights);
}

// Number waiting or in service among N customers: p_n / p_{n-1} = (N - n + 1) / min(n, c) * S / Z.
inline DiscreteLaw number_in_repair(std::size_t servers, std::size_t customers, double service_over_think) {
  std::vector<double> weights{1.0};
  for (std::size_t n = 1; n <= customers; ++n) {
    weights.push_back(weights.back() * static_cast<double>(customers - n + 1) /
                      static_cast<double>(std::min(n, servers)) * service_over_think);
  }
  return DiscreteLaw(weights);
}

// Mean 1; lognormal with the squared coefficient of variation `scv`, or exponential. Under processor sharing
// in a stationary state the work that is left of those present has the equilibrium law of density P(S > x):
// exponential again, or a uniform share of a draw by length, which for a lognormal is the same law with its
// location moved by sigma^2.
class ServiceLaw {
 public:
  static ServiceLaw exponential() { return ServiceLaw(0.0); }
  static ServiceLaw lognormal(double scv) { return ServiceLaw(scv); }

  double draw(sim::Stream& stream) const {
    return variance_ == 0.0 ? stream.exponential() : lognormal_about(-0.5 * variance_, stream);
  }
  double draw_left(sim::Stream& stream) const {
    if (variance_ == 0.0) return stream.exponential();
    const double whole = lognormal_about(0.5 * variance_, stream);
    return (1.0 - stream.uniform()) * whole;
  }

 private:
  explicit ServiceLaw(double scv) : variance_(scv > 0.0 ? sim::log_portable(1.0 + scv) : 0.0) {}
  double lognormal_about(double location, sim::Stream& stream) const {
    return sim::exp_portable(location + std::sqrt(variance_) * stream.normal());
  }

  double variance_;  // of the logarithm
};

}  // namespace theory
