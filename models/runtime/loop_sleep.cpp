// SPDX-License-Identifier: MIT
#include "models/runtime/loop_sleep.hpp"

#include <algorithm>
#include <cmath>

namespace models {

void LoopSleep::wake_late(TimePoint set, Duration resolution) {
  constexpr double rounding = 1e-6;  // whole steps are not late, whatever sums of times make of them
  const double steps = (since_ - set) / resolution;
  alarm_.schedule(simulation_.now() + resolution * std::max(0.0, steps - std::floor(steps + rounding)));
}

void LoopSleep::release() {
  alarm_.cancel();
  while (!due_.empty()) simulation_.wake(due_.choose_first().handle());
}

}  // namespace models
