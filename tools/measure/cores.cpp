// SPDX-License-Identifier: MIT
#include "tools/measure/cores.hpp"

#include <sched.h>

#include <algorithm>

namespace measure {

std::vector<int> allowed_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    for (int core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(static_cast<std::size_t>(core), &allowed)) cores.push_back(core);
    }
  }
  if (cores.empty()) cores.push_back(0);
  return cores;
}

CoreSplit split_cores(const std::vector<int>& allowed, models::Count for_server) {
  CoreSplit split;
  const auto count = static_cast<std::ptrdiff_t>(std::max<models::Count>(for_server, 1));
  if (count >= static_cast<std::ptrdiff_t>(allowed.size())) return split;
  split.server.assign(allowed.begin(), allowed.begin() + count);
  split.client.assign(allowed.begin() + count, allowed.end());
  split.shared = false;
  return split;
}

}  // namespace measure
