// SPDX-License-Identifier: MIT
#include "tools/host/cores.hpp"

namespace host {

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
