// SPDX-License-Identifier: MIT
// CFS bandwidth control on threads that never wait: n runnable threads use min(n, cores) cores until the
// period's quota is spent, then all of them stop until the next period.
#pragma once

#include <cstddef>

#include "sim/core/time.hpp"

namespace models::analytic {

struct QuotaCycle {
  sim::Duration running;  // of each period
  sim::Duration stopped;
  double cores_used = 0.0;  // on average
};

// `quota_cores`: CPU seconds per second, as in `limits: {cpu: 2}`.
QuotaCycle quota_cycle(double quota_cores, sim::Duration period, std::size_t threads, double cores);

}  // namespace models::analytic
