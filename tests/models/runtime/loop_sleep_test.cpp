// SPDX-License-Identifier: MIT
#include "models/runtime/loop_sleep.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "sim/core/process.hpp"

using models::Duration;
using models::LoopSleep;
using models::TimePoint;

namespace {

const Duration ms{1e-3};

struct Bed {
  sim::Simulation& simulation() { return clock; }
  // A timer that is set at `set` and due at `due`; writes down when the loop takes it up.
  sim::Process timer(Duration set, Duration due) {
    co_await clock.sleep(set);
    const TimePoint when = clock.now();
    co_await clock.sleep(due - set);
    co_await sleep.notice(when, ms);
    taken.push_back((clock.now() - TimePoint{}) / ms);
  }
  sim::Process at(Duration time, void (LoopSleep::*what)()) {
    co_await clock.sleep(time);
    (sleep.*what)();
  }

  sim::Simulation clock{1, 1};
  LoopSleep sleep{clock};
  std::vector<double> taken;  // ms
};

}  // namespace

TEST_CASE("A sleeping loop is late by what has passed since it set its first timer, and takes up all that are due") {
  Bed bed;
  for (const double set : {0.0, 0.3, 0.5}) bed.timer(set * ms, (set + 20.0) * ms);
  bed.at(2.6 * ms, &LoopSleep::begin);
  bed.clock.run_until(TimePoint{1.0});
  REQUIRE(bed.taken.size() == 3);
  for (const double time : bed.taken) CHECK(time == doctest::Approx(20.6));
}

TEST_CASE("Whole steps are not late, however their sums are rounded") {
  for (int tenths = 1; tenths < 40; ++tenths) {
    CAPTURE(tenths);
    Bed bed;
    const Duration set = 0.1 * tenths * ms;
    bed.timer(set, set + 20.0 * ms);
    bed.at(set + 3.0 * ms, &LoopSleep::begin);
    bed.clock.run_until(TimePoint{1.0});
    REQUIRE(bed.taken.size() == 1);
    CHECK(bed.taken[0] == doctest::Approx(0.1 * tenths + 20.0).epsilon(1e-7));
  }
}

TEST_CASE("A request wakes a loop before its timers do, and the timers that are due with it") {
  Bed bed;
  for (const double set : {0.0, 0.3}) bed.timer(set * ms, (set + 20.0) * ms);
  bed.at(2.6 * ms, &LoopSleep::begin);
  bed.at(20.1 * ms, &LoopSleep::end);
  bed.clock.run_until(TimePoint{1.0});
  REQUIRE(bed.taken.size() == 2);
  CHECK(bed.taken[0] == doctest::Approx(20.1));
  CHECK(bed.taken[1] == doctest::Approx(20.6));  // set at 0.3 ms, 2.3 ms before the loop fell asleep
}

TEST_CASE("A timer whose coroutine is killed leaves the others theirs") {
  Bed bed;
  const sim::Process killed = bed.timer(0.0 * ms, 20.0 * ms);
  bed.timer(0.3 * ms, 20.3 * ms);
  bed.at(0.5 * ms, &LoopSleep::begin);
  bed.clock.run_until(TimePoint{} + 20.4 * ms);
  killed.kill();
  bed.clock.run_until(TimePoint{1.0});
  REQUIRE(bed.taken.size() == 1);
  CHECK(bed.taken[0] == doctest::Approx(20.5));
}
