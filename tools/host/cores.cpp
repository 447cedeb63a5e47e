// SPDX-License-Identifier: MIT
#include "tools/host/cores.hpp"

namespace host {

std::vector<int> allowed_cores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    for (int core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(static_cast<unsigned>(core), &allowed)) cores.push_back(core);
    }
  }
  if (cores.empty()) cores.push_back(0);
  return cores;
}

PinnedTo::PinnedTo(int core) {
  CPU_ZERO(&before_);
  ::sched_getaffinity(0, sizeof before_, &before_);
  cpu_set_t wanted;
  CPU_ZERO(&wanted);
  CPU_SET(static_cast<unsigned>(core), &wanted);
  ::sched_setaffinity(0, sizeof wanted, &wanted);
}

PinnedTo::~PinnedTo() { ::sched_setaffinity(0, sizeof before_, &before_); }

}  // namespace host
