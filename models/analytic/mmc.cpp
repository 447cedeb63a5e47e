// SPDX-License-Identifier: MIT
#include "models/analytic/mmc.hpp"

#include <cmath>

namespace models::analytic {

double MultiServerQueue::offered_load() const {
  return arrival_rate * service.seconds;
}

double MultiServerQueue::utilization() const {
  return offered_load() / static_cast<double>(servers);
}

// B_0 = 1, B_k = a B_{k-1} / (k + a B_{k-1}): no factorials, no overflow.
double MultiServerQueue::loss_probability() const {
  const double a = offered_load();
  double blocked = 1.0;
  for (std::size_t k = 1; k <= servers; ++k) blocked = a * blocked / (static_cast<double>(k) + a * blocked);
  return blocked;
}

double MultiServerQueue::delay_probability() const {
  const double rho = utilization();
  if (rho >= 1.0) return 1.0;
  const double blocked = loss_probability();
  return blocked / (1.0 - rho * (1.0 - blocked));
}

// C / (c mu - lambda)
sim::Duration MultiServerQueue::mean_wait() const {
  const double rho = utilization();
  if (rho >= 1.0) return sim::Duration::infinite();
  return delay_probability() / (static_cast<double>(servers) * (1.0 - rho)) * service;
}

sim::Duration MultiServerQueue::mean_response() const {
  return mean_wait() + service;
}

// P(wait > t) = C exp(-(c mu - lambda) t)
sim::Duration MultiServerQueue::wait_quantile(double p) const {
  const double rho = utilization();
  if (rho >= 1.0) return sim::Duration::infinite();
  const double delayed = delay_probability();
  if (1.0 - p >= delayed) return sim::Duration{};
  return std::log(delayed / (1.0 - p)) / (static_cast<double>(servers) * (1.0 - rho)) * service;
}

double MultiServerQueue::mean_queue_length() const {
  return arrival_rate * mean_wait().seconds;
}

MultiServerQueue MultiServerQueue::one_of_split() const {
  return {1, arrival_rate / static_cast<double>(servers), service};
}

}  // namespace models::analytic
