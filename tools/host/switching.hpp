// SPDX-License-Identifier: MIT
// Switching between threads and processes on one core, and waking a thread on a free core or on one's own.
//
// A switch: two parties on one core send each other a byte through pipes; half a round trip less the cost of writing
// and reading a pipe oneself (the method of lmbench's lat_ctx).
// A wake: a thread that sleeps on a futex is woken; from the wake until it runs, on another core or on the waker's. The
// sleeper has slept for a while each time, so its core is idle, as it is under light load.
#pragma once

namespace host {

double thread_switch_seconds(int core, int round_trips);
double process_switch_seconds(int core, int round_trips);

struct Wake {
  double latency = 0.0;   // median, seconds
  double cpu = 0.0;       // both threads, mean per wake, seconds
};

Wake wake(int waker_core, int sleeper_core, int wakes);

}  // namespace host
