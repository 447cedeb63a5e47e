// SPDX-License-Identifier: MIT
// M/M/c//N: N customers think (exponential), then need one of c servers (exponential). A closed load
// generator at c workers; threads that share one interpreter lock are the case c = 1. The same means hold for
// FIFO and processor sharing.
#pragma once

#include <cstddef>

#include "sim/core/time.hpp"

namespace models::analytic {

struct ClosedLoad {
  double throughput = 0.0;  // per second
  double in_system = 0.0;   // mean number waiting or in service
  sim::Duration response;   // mean
};

ClosedLoad machine_repair(std::size_t servers, std::size_t customers, sim::Duration think,
                          sim::Duration service);

}  // namespace models::analytic
