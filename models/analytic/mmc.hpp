// SPDX-License-Identifier: MIT
// M/M/c: Poisson arrivals, exponential service, c servers, one FIFO queue (Erlang 1917). Rates are per
// second. At or beyond saturation every request waits and every mean is infinite.
#pragma once

#include <cstddef>

#include "sim/core/time.hpp"

namespace models::analytic {

struct MultiServerQueue {
  std::size_t servers = 1;
  double arrival_rate = 0.0;
  sim::Duration service;  // mean

  double offered_load() const;       // erlangs: a = arrival_rate * service
  double utilization() const;        // rho = a / c
  double loss_probability() const;   // Erlang B: what c servers without a queue would refuse
  double delay_probability() const;  // Erlang C: an arrival has to wait
  sim::Duration mean_wait() const;
  sim::Duration mean_response() const;
  sim::Duration wait_quantile(double p) const;  // 0 <= p < 1
  double mean_queue_length() const;             // waiting, not in service

  // One of c separate queues, each with its own server and its share of the arrivals (SO_REUSEPORT).
  MultiServerQueue one_of_split() const;
};

}  // namespace models::analytic
