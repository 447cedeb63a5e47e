// SPDX-License-Identifier: MIT
// Nanoseconds of the machine's clocks; CLOCK_MONOTONIC is the time axis of a measurement.
#pragma once

#include <time.h>

#include <cstdint>

namespace measure {

using Nanoseconds = std::int64_t;

inline Nanoseconds read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<Nanoseconds>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

inline Nanoseconds monotonic_now() { return read_clock(CLOCK_MONOTONIC); }

inline void sleep_until(Nanoseconds instant) {
  const timespec until{instant / 1'000'000'000, instant % 1'000'000'000};
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

inline void sleep_for(Nanoseconds span) { sleep_until(monotonic_now() + span); }

}  // namespace measure
