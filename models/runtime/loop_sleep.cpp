// SPDX-License-Identifier: MIT
#include "models/runtime/loop_sleep.hpp"

#include <cmath>

namespace models {

void LoopSleep::wake_late(TimePoint set, Duration resolution) {
  const double steps = (since_ - set) / resolution;
  alarm_.schedule(simulation_.now() + resolution * (steps - std::floor(steps)));
}

void LoopSleep::release() {
  alarm_.cancel();
  while (!due_.empty()) simulation_.wake(due_.choose_first().handle());
}

}  // namespace models
