// SPDX-License-Identifier: MIT
// The interpreter lock of one interpreter (CPython's GIL, Ruby's GVL).
//
// A thread computes in a `lock` phase only while it holds the lock. The holder lets go
//   - at the releases of its phase (socket calls and the like): this becomes a hand-over to one of the waiters only if
//     a core is free on which the woken waiter can run at once; otherwise the holder has the lock back before anybody
//     else runs;
//   - at the end of the phase: to a waiter on a free core at once, else to whoever takes it first, the leaving thread
//     with its next request included;
//   - when a waiter has seen no switch for `switch_interval`: a forced switch, which always goes to somebody else. The
//     interval starts when the new holder computes, so a wait is interval + hand-over, as measured for short intervals.
// The next holder is a random waiter (the OS decides, not the order of arrival). A hand-over to a thread on another
// core costs `handover_cpu` of CPU time and keeps the lock busy for `handover_lock`: the new holder sleeps for as much of
// that as is more than the CPU time, spends the rest on its core and goes straight on with its phase; what CPU time is
// left is the old holder's.
// Only what can change something is an event: a release while no core is free for a waiter, or while nobody waits,
// passes unnoticed, and a hand-over ends somewhere in the new holder's first burst.
// Source of the protocol: CPython Python/ceval_gil.c (take_gil, drop_gil, FORCE_SWITCHING).
//
// All coroutines inside run() are destroyed together, before the lock and before anything else happens.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/fields/quantity.hpp"
#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/timer.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/shared_server.hpp"

namespace models {

struct LockCosts {
  Duration switch_interval{0.005};
  Duration handover_cpu;
  Duration handover_lock;
};

class Gil {
 public:
  // `choice` picks the next holder.
  Gil(sim::Simulation& simulation, sim::SharedServer& cpu, sim::GroupId group, const LockCosts& costs,
                  sim::Stream choice);

  // Spends `work` of CPU time of the thread that owns `job`, under the lock, which may pass on at `releases` evenly
  // spread points. `waited` grows by the time spent waiting for the lock.
  sim::Task run(sim::Job& job, Duration work, double releases, Duration& waited);

  sim::Simulation& simulation() { return simulation_; }

  // Statistics since the last reset.
  Duration held() const;
  std::uint64_t handovers() const { return handovers_; }
  void reset_statistics();

 private:
  class Turn;

  // What the holder computes in one go: what is left of a hand-over, then its phase up to `target`.
  struct Burst {
    sim::Job* job = nullptr;  // null: nobody computes
    Duration work;            // of the whole phase
    Duration segment;         // between two releases
    Duration done;            // of the phase before this burst
    Duration target;          // of the phase after it
    Duration handover;
    TimePoint started;
    bool stops = false;       // at the next release

    Duration next_release(Duration attained) const;
    // Of the phase, with so much of the burst behind it.
    Duration attained(Duration of_burst) const { return done + std::max(of_burst - handover, Duration{}); }
    // When the hand-over was over, at an even rate since the start.
    TimePoint handed_over(TimePoint now, Duration of_burst) const {
      return started + (now - started) * (handover / of_burst);
    }
  };

  // The leaving thread is still on its core in the system call that made it let go: a waiter needs one more.
  bool core_free_for_waiter() const { return cpu_.has_free_cores(group_, 2.0); }
  void take(const sim::Job& job, Duration handover);
  Duration begin(const Burst& phase, Duration handover);
  Duration end(Duration left);
  void let_go();
  bool pass_on();
  void wake_up();
  bool computes() const;
  void watch_holder();
  void watch_cores();
  void await_core();
  void stop_at_release();
  TimePoint interval_over() const;
  void force_switch();
  void grant_if_still_free();

  sim::Simulation& simulation_;
  sim::SharedServer& cpu_;
  sim::GroupId group_;
  LockCosts costs_;
  Duration handover_cpu_;  // the new holder's
  sim::Stream choice_;

  bool held_ = false;
  bool drop_requested_ = false;
  const sim::Job* last_holder_ = nullptr;
  std::vector<Turn*> waiters_;
  Turn* asleep_ = nullptr;  // the new holder, in the part of a hand-over that costs no CPU
  Burst burst_;
  TimePoint computes_since_;  // the last change of holders
  sim::Timer force_timer_;
  sim::Timer grant_timer_;
  sim::Timer handover_timer_;
  sim::CoreWatch core_watch_;

  TimePoint held_since_;
  Duration held_before_;
  std::uint64_t handovers_ = 0;
};

}  // namespace models
