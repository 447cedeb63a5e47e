// SPDX-License-Identifier: MIT
#include "tests/validation/replay/window.hpp"

#include <algorithm>
#include <cmath>

namespace validation {

Values seen_through_window(const Values& steady, const Case& what) {
  if (what.rate) return steady;
  const double connections = what.connections;
  const double in_service = std::min(what.connections, what.processes * what.threads);
  const double leftover = connections - in_service / 2.0;
  Values seen = steady;
  seen.throughput = steady.throughput - leftover / what.window;
  const double rank = std::floor(steady.throughput * what.window / 100.0) + 1.0;
  if (rank <= connections) {
    const double latency = connections / steady.throughput;
    const double position = (connections - rank + 0.5) / connections;
    seen.p99 = std::max(steady.p99, latency * (1.0 + position * leftover / connections));
  }
  return seen;
}

}  // namespace validation
