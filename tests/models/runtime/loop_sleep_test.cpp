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

// A timer that is set at `set` and due at `due`; writes down when the loop takes it up.
sim::Process timer(sim::Simulation& simulation, LoopSleep& sleep, Duration set, Duration due, std::vector<double>& taken) {
  co_await simulation.sleep(set);
  const TimePoint when = simulation.now();
  co_await simulation.sleep(due - set);
  co_await sleep.notice(when, ms);
  taken.push_back((simulation.now() - TimePoint{}) / ms);
}

sim::Process at(sim::Simulation& simulation, Duration time, LoopSleep& sleep, void (LoopSleep::*what)()) {
  co_await simulation.sleep(time);
  (sleep.*what)();
}

}  // namespace

TEST_CASE("A sleeping loop is late by what has passed since it set its first timer, and takes up all that are due") {
  sim::Simulation simulation(1, 1);
  LoopSleep sleep(simulation);
  std::vector<double> taken;
  timer(simulation, sleep, 0.0 * ms, 20.0 * ms, taken);
  timer(simulation, sleep, 0.3 * ms, 20.3 * ms, taken);
  timer(simulation, sleep, 0.5 * ms, 20.5 * ms, taken);
  at(simulation, 2.6 * ms, sleep, &LoopSleep::begin);
  simulation.run_until(TimePoint{1.0});
  REQUIRE(taken.size() == 3);
  for (const double time : taken) CHECK(time == doctest::Approx(20.6));
}

TEST_CASE("Whole steps are not late, however their sums are rounded") {
  for (int tenths = 1; tenths < 40; ++tenths) {
    CAPTURE(tenths);
    sim::Simulation simulation(1, 1);
    LoopSleep sleep(simulation);
    std::vector<double> taken;
    const Duration set = 0.1 * tenths * ms;
    timer(simulation, sleep, set, set + 20.0 * ms, taken);
    at(simulation, set + 3.0 * ms, sleep, &LoopSleep::begin);
    simulation.run_until(TimePoint{1.0});
    REQUIRE(taken.size() == 1);
    CHECK(taken[0] == doctest::Approx(0.1 * tenths + 20.0).epsilon(1e-7));
  }
}

TEST_CASE("A request wakes a loop before its timers do, and the timers that are due with it") {
  sim::Simulation simulation(1, 1);
  LoopSleep sleep(simulation);
  std::vector<double> taken;
  timer(simulation, sleep, 0.0 * ms, 20.0 * ms, taken);
  timer(simulation, sleep, 0.3 * ms, 20.3 * ms, taken);
  at(simulation, 2.6 * ms, sleep, &LoopSleep::begin);
  at(simulation, 20.1 * ms, sleep, &LoopSleep::end);
  simulation.run_until(TimePoint{1.0});
  REQUIRE(taken.size() == 2);
  CHECK(taken[0] == doctest::Approx(20.1));
  CHECK(taken[1] == doctest::Approx(20.6));  // set at 0.3 ms, 2.3 ms before the loop fell asleep
}

TEST_CASE("A timer whose coroutine is killed leaves the others theirs") {
  sim::Simulation simulation(1, 1);
  LoopSleep sleep(simulation);
  std::vector<double> taken;
  const sim::Process killed = timer(simulation, sleep, 0.0 * ms, 20.0 * ms, taken);
  timer(simulation, sleep, 0.3 * ms, 20.3 * ms, taken);
  at(simulation, 0.5 * ms, sleep, &LoopSleep::begin);
  simulation.run_until(TimePoint{} + 20.4 * ms);
  killed.kill();
  simulation.run_until(TimePoint{1.0});
  REQUIRE(taken.size() == 1);
  CHECK(taken[0] == doctest::Approx(20.5));
}
