// SPDX-License-Identifier: MIT
#include "models/analytic/mg1.hpp"

namespace models::analytic {

double SingleServerQueue::utilization() const {
  return arrival_rate * service.seconds;
}

// lambda E[S^2] / (2 (1 - rho)) with E[S^2] = E[S]^2 (1 + scv)
sim::Duration SingleServerQueue::fifo_wait() const {
  const double rho = utilization();
  if (rho >= 1.0) return sim::Duration::infinite();
  return rho * (1.0 + scv) / (2.0 * (1.0 - rho)) * service;
}

sim::Duration SingleServerQueue::sharing_response() const {
  return sharing_response_of(service);
}

sim::Duration SingleServerQueue::sharing_response_of(sim::Duration work) const {
  const double rho = utilization();
  if (rho >= 1.0) return sim::Duration::infinite();
  return work / (1.0 - rho);
}

}  // namespace models::analytic
