// SPDX-License-Identifier: MIT
#include "sim/experiment/thread_sanitizer.hpp"

#if defined(__SANITIZE_THREAD__)

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
const char* __tsan_default_suppressions();
}

// Only reports whose innermost frame is in oneTBB's own task header: how it frees its tasks.
const char* __tsan_default_suppressions() {
  return "race_top:tbb/task_group.h\n";
}

namespace sim {

void tell_started(void* owner) {
  __tsan_release(owner);
}
SIM_UNWATCHED void tell_running(void* owner) {
  __tsan_acquire(owner);
}

}  // namespace sim

#endif
