// SPDX-License-Identifier: MIT
#include "models/analytic/mva.hpp"

#include <Eigen/Core>
#include <algorithm>

namespace models::analytic {
namespace {

Eigen::ArrayXd in_seconds(std::span<const sim::Duration> demands) {
  Eigen::ArrayXd seconds(static_cast<Eigen::Index>(demands.size()));
  for (Eigen::Index i = 0; i < seconds.size(); ++i) seconds[i] = demands[static_cast<std::size_t>(i)].seconds;
  return seconds;
}

}  // namespace

// An arriving customer finds the network as it is with one customer less:
// R_i(n) = D_i (1 + Q_i(n-1)),  X(n) = n / (Z + sum R_i(n)),  Q_i(n) = X(n) R_i(n).
ClosedNetwork mean_value_analysis(std::span<const sim::Duration> demands, std::size_t customers,
                                  sim::Duration think) {
  const Eigen::ArrayXd demand = in_seconds(demands);
  Eigen::ArrayXd length = Eigen::ArrayXd::Zero(demand.size());
  Eigen::ArrayXd response = demand;
  double throughput = 0.0;
  for (std::size_t n = 1; n <= customers; ++n) {
    response = demand * (1.0 + length);
    throughput = static_cast<double>(n) / (think.seconds + response.sum());
    length = throughput * response;
  }

  ClosedNetwork network;
  network.throughput = throughput;
  network.response = sim::Duration{response.sum()};
  for (Eigen::Index i = 0; i < demand.size(); ++i) {
    network.station_length.push_back(length[i]);
    network.station_utilization.push_back(throughput * demand[i]);
  }
  return network;
}

double throughput_bound(std::span<const sim::Duration> demands, std::size_t customers, sim::Duration think) {
  const Eigen::ArrayXd demand = in_seconds(demands);
  return std::min(static_cast<double>(customers) / (demand.sum() + think.seconds), 1.0 / demand.maxCoeff());
}

}  // namespace models::analytic
