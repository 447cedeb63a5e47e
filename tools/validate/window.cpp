// SPDX-License-Identifier: MIT
#include "tools/validate/window.hpp"

#include <algorithm>
#include <cmath>

namespace validation {

Values seen_after_separate_warm_up(const Values& steady, const models::Configuration& what) {
  if (what.rate) return steady;
  constexpr std::size_t p99 = 2;
  const double connections = static_cast<double>(what.connections);
  const double in_service = std::min(connections, static_cast<double>(what.processes * what.threads));
  const double leftover = connections - in_service / 2.0;
  const double window = what.window.seconds;
  Values seen = steady;
  seen[throughput] = steady[throughput] - leftover / window;
  const double rank = std::floor(steady[throughput] * window / 100.0) + 1.0;
  if (rank <= connections) {
    const double latency = connections / steady[throughput];
    const double position = (connections - rank + 0.5) / connections;
    seen[p99] = std::max(steady[p99], latency * (1.0 + position * leftover / connections));
  }
  return seen;
}

}  // namespace validation
