// SPDX-License-Identifier: MIT
// M/G/1: Poisson arrivals, any service law given by its mean and squared coefficient of variation, one
// server. First come first served: Pollaczek and Khinchine. Processor sharing: insensitive to the law
// (Kleinrock 1967). Rates are per second. Means are infinite at or beyond saturation.
#pragma once

#include "sim/core/time.hpp"

namespace models::analytic {

struct SingleServerQueue {
  double arrival_rate = 0.0;
  sim::Duration service;  // mean
  double scv = 1.0;       // variance / mean^2 of the service: 0 constant, 1 exponential

  double utilization() const;
  sim::Duration fifo_wait() const;
  sim::Duration sharing_response() const;
  // The mean response under processor sharing of requests whose own work is `work`.
  sim::Duration sharing_response_of(sim::Duration work) const;
};

}  // namespace models::analytic
