// SPDX-License-Identifier: MIT
#include "models/analytic/machine_repair.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace models::analytic {

// Birth and death: with n of N in the system arrivals come at (N - n) / Z and leave at min(n, c) / S, so
// p_n / p_{n-1} = (N - n + 1) / min(n, c) * S / Z. Weights are kept as logarithms: thousands of customers do
// not overflow.
ClosedLoad machine_repair(std::size_t servers, std::size_t customers, sim::Duration think,
                          sim::Duration service) {
  const auto count = static_cast<Eigen::Index>(customers);
  const Eigen::ArrayXd n = Eigen::ArrayXd::LinSpaced(count + 1, 0.0, static_cast<double>(customers));
  const Eigen::ArrayXd busy = n.min(static_cast<double>(servers));
  Eigen::ArrayXd weight = Eigen::ArrayXd::Zero(count + 1);
  const double ratio = service / think;
  for (Eigen::Index k = 1; k <= count; ++k) {
    weight[k] = weight[k - 1] + std::log(static_cast<double>(count - k + 1) / busy[k] * ratio);
  }
  const Eigen::ArrayXd unnormalised = (weight - weight.maxCoeff()).exp();
  const Eigen::ArrayXd probability = unnormalised / unnormalised.sum();

  ClosedLoad load;
  load.throughput = (probability * busy).sum() / service.seconds;
  load.in_system = (probability * n).sum();
  load.response = sim::Duration{load.in_system / load.throughput};
  return load;
}

}  // namespace models::analytic
