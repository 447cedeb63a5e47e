// SPDX-License-Identifier: MIT
// The sleep of an event loop that has nothing to do. It asks the kernel to be woken when its earliest timer is due, but
// for a whole number of its timers' resolution: epoll_wait takes milliseconds, and asyncio (selectors.py) and libuv
// round up to them. Timers that come due meanwhile run together when it wakes, or when a request wakes it before.
//
//   late by (s - a) mod r      the earliest timer, set at a; asleep since s; resolution r
//
// for waits that are multiples of r themselves; and one request alone is never late, so that a wait is what was measured
// at one connection. Timers make batches of requests: these end together, their clients ask again together, and each
// waits for the CPU time of all.
#pragma once

#include "models/fields/quantity.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/timer.hpp"
#include "sim/core/wait_list.hpp"

namespace models {

class LoopSleep {
 public:
  class Noticing;

  explicit LoopSleep(sim::Simulation& simulation)
      : simulation_(simulation), since_(simulation.now()), alarm_(simulation, &LoopSleep::wake_up, this) {}

  // The loop falls asleep now.
  void begin() { since_ = simulation_.now(); }
  // It is awake, and takes up the timers that are due.
  void end() {
    if (!due_.empty()) release();
  }
  // For a timer that is due now while the loop sleeps: `co_await` it until the loop wakes.
  [[nodiscard]] Noticing notice(TimePoint set, Duration resolution);

 private:
  static void wake_up(void* sleep) { static_cast<LoopSleep*>(sleep)->release(); }
  void release();
  void wake_late(TimePoint set, Duration resolution);

  sim::Simulation& simulation_;
  TimePoint since_;
  sim::WaitList due_;
  sim::Timer alarm_;
};

class LoopSleep::Noticing : private sim::Waiter {
 public:
  Noticing(LoopSleep& sleep, TimePoint set, Duration resolution)
      : sleep_(sleep), set_(set), resolution_(resolution) {}

  bool await_ready() const { return resolution_ <= Duration{}; }
  void await_suspend(std::coroutine_handle<> handle) {
    if (sleep_.due_.empty()) sleep_.wake_late(set_, resolution_);
    sleep_.due_.push_back(*this, handle);
  }
  void await_resume() { resumed(); }

 private:
  LoopSleep& sleep_;
  TimePoint set_;
  Duration resolution_;
};

inline LoopSleep::Noticing LoopSleep::notice(TimePoint set, Duration resolution) {
  return Noticing(*this, set, resolution);
}

}  // namespace models
