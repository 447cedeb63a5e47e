// SPDX-License-Identifier: MIT
// Switching between threads and processes on one core, and waking a thread on a free core or on one's own.
//
// A switch: two parties on one core send each other a byte through pipes; half a round trip less the cost of writing
// and reading a pipe oneself (the method of lmbench's lat_ctx).
// A wake: a thread that sleeps on a futex is woken; from the wake until it runs, on another core or on the waker's. The
// sleeper has slept for a while each time, so its core is idle, as it is under light load.
// A stacked wake: a thread that last ran on the core of its waker, which computes on, is put there again although another
// core is idle. One of the two then waits for the other: a server's threads wait for each other and for whoever sends to
// them long before all cores are busy. Linux looks for an idle core that shares the last cache (kernel/sched/fair.c,
// select_idle_sibling); kernels of virtual machines that leave idle cores to their host do not.
#pragma once

#include <string>

namespace host {

double thread_switch_seconds(int core, int round_trips);
double process_switch_seconds(int core, int round_trips);

struct Wake {
  double latency = 0.0;   // median, seconds
  double cpu = 0.0;       // both threads, mean per wake, seconds
};

Wake wake(int waker_core, int sleeper_core, int wakes);

// Share of stacked wakes among so many, of threads that may run on any of two and more cores.
double stacked_wakes(int wakes);

// What to tell before latencies are measured here: that most wakes are stacked. Empty where they are not, or where there
// is but one core.
std::string stacking_remark();

}  // namespace host
