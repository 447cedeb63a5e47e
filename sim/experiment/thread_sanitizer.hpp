// SPDX-License-Identifier: MIT
// Debian's oneTBB is not built with ThreadSanitizer, which therefore does not see that whoever starts a task
// comes before whoever runs it. These two say so: tell_started() before a task is handed to oneTBB,
// tell_running() as the first thing that it does. Without the sanitizer they do nothing. What tasks do after
// that is watched as ever.
#pragma once

#if defined(__SANITIZE_THREAD__)

#define SIM_UNWATCHED __attribute__((no_sanitize("thread")))

namespace sim {
void tell_started(void* owner);
void tell_running(void* owner);
}  // namespace sim

#else

#define SIM_UNWATCHED

namespace sim {
inline void tell_started(void*) {}
inline void tell_running(void*) {}
}  // namespace sim

#endif
