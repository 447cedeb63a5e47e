// SPDX-License-Identifier: MIT
#include "sim/core/simulation.hpp"

#include <doctest/doctest.h>

#include <string>

#include "sim/core/process.hpp"
#include "sim/core/timer.hpp"

using namespace sim::literals;
using sim::Process;
using sim::Simulation;
using sim::TimePoint;

namespace {

Process note_at(Simulation& simulation, std::string& log, char letter, TimePoint time) {
  co_await simulation.sleep_until(time);
  log += letter;
}

Process note_after_zero_delays(Simulation& simulation, std::string& log, char letter, int delays) {
  for (int i = 0; i < delays; ++i) co_await simulation.sleep(0_s);
  log += letter;
}

Process tick(Simulation& simulation, int& count) {
  for (;;) {
    co_await simulation.sleep(1_s);
    ++count;
  }
}

}  // namespace

TEST_CASE("a new simulation stands at zero and knows its identity") {
  Simulation simulation(7, 3);
  CHECK(simulation.now() == TimePoint{0.0});
  CHECK(simulation.events() == 0);
  CHECK(simulation.seed() == 7);
  CHECK(simulation.replication() == 3);
}

TEST_CASE("things happen by time, and at equal times in the order in which they were scheduled") {
  Simulation simulation;
  std::string log;
  note_at(simulation, log, 'c', {2.0});
  note_at(simulation, log, 'a', {1.0});
  note_at(simulation, log, 'd', {2.0});
  note_at(simulation, log, 'b', {1.0});
  simulation.run_until(TimePoint::never());
  CHECK(log == "abcd");
  CHECK(simulation.now() == TimePoint{2.0});
  CHECK(simulation.events() == 4);
}

TEST_CASE("a run includes its end and leaves the clock there") {
  Simulation simulation;
  int count = 0;
  tick(simulation, count);
  simulation.run_until({3.0});
  CHECK(count == 3);
  CHECK(simulation.now() == TimePoint{3.0});
  simulation.run_until({3.5});
  CHECK(count == 3);
  CHECK(simulation.now() == TimePoint{3.5});
  simulation.run_until({4.0});
  CHECK(count == 4);
  simulation.run_until({4.0});
  CHECK(count == 4);
}

TEST_CASE("zero delays take turns after everything that is already due") {
  Simulation simulation;
  std::string log;
  note_after_zero_delays(simulation, log, 'b', 2);
  note_after_zero_delays(simulation, log, 'a', 1);
  note_after_zero_delays(simulation, log, 'c', 2);
  simulation.run_until({0.0});
  CHECK(log == "abc");
  CHECK(simulation.now() == TimePoint{0.0});
}

TEST_CASE("a zero delay at time t lets events at t that were scheduled before go first") {
  Simulation simulation;
  std::string log;
  [](Simulation& s, std::string& out) -> Process {
    co_await s.sleep(1_s);
    out += 'a';
    co_await s.sleep(0_s);
    out += 'c';
  }(simulation, log);
  note_at(simulation, log, 'b', {1.0});
  simulation.run_until({1.0});
  CHECK(log == "abc");
}

TEST_CASE("stop ends the run after the present event and a further run goes on") {
  Simulation simulation;
  std::string log;
  [](Simulation& s, std::string& out) -> Process {
    co_await s.sleep(1_s);
    s.stop();
    out += 'a';
  }(simulation, log);
  note_at(simulation, log, 'b', {1.0});
  note_at(simulation, log, 'c', {2.0});
  simulation.run_until({9.0});
  CHECK(log == "a");
  CHECK(simulation.now() == TimePoint{1.0});
  simulation.run_until({1.0});
  CHECK(log == "ab");
  simulation.run_until({9.0});
  CHECK(log == "abc");
  CHECK(simulation.now() == TimePoint{9.0});
}

TEST_CASE("a bound on events ends a run at an instant that never ends, and a higher one lets it go on where it was") {
  Simulation simulation;
  int turns = 0;
  [](Simulation& s, int& count) -> Process {
    co_await s.sleep(1_s);
    for (;; ++count) co_await s.sleep(0_s);
  }(simulation, turns);
  simulation.stop_after(1000);
  simulation.run_until({9.0});
  CHECK(simulation.exhausted());
  CHECK(simulation.events() == 1000);
  CHECK(simulation.now() == TimePoint{1.0});
  simulation.stop_after(1500);
  simulation.run_until({9.0});
  CHECK(simulation.events() == 1500);
  CHECK(turns == 1500 - 1);  // the end of the first sleep is an event too
}

TEST_CASE("a run cut into slices by a bound on events is the same run") {
  const auto log_of = [](std::uint64_t slice) {
    Simulation simulation;
    std::string log;
    note_after_zero_delays(simulation, log, 'b', 2);
    note_at(simulation, log, 'd', {2.0});
    note_at(simulation, log, 'c', {1.0});
    note_at(simulation, log, 'e', {2.0});
    note_after_zero_delays(simulation, log, 'a', 1);
    do {
      simulation.stop_after(simulation.events() + slice);
      simulation.run_until({3.0});
    } while (simulation.exhausted());
    CHECK(simulation.now() == TimePoint{3.0});
    return log;
  };
  CHECK(log_of(1) == "abcde");
  CHECK(log_of(2) == "abcde");
  CHECK(log_of(1000) == "abcde");
}

// Of so many the next is fetched ahead, and the end of a run leads nowhere; Clang's sanitizer sees what goes wrong.
TEST_CASE("a run may end while more processes wait than fit into the cache") {
  Simulation simulation;
  int ticks = 0;
  for (int i = 0; i < 2000; ++i) tick(simulation, ticks);
  for (int end = 1; end <= 3; ++end) {
    simulation.run_until({end - 0.5});
    simulation.run_until({end + 0.25});
    CHECK(ticks == 2000 * end);
  }
}

TEST_CASE("an infinite sleep never ends and keeps no run going") {
  Simulation simulation;
  std::string log;
  note_at(simulation, log, 'x', TimePoint::never());
  note_at(simulation, log, 'a', {1.0});
  simulation.run_until(TimePoint::never());
  CHECK(log == "a");
  CHECK(simulation.now() == TimePoint{1.0});
}

TEST_CASE("simulations side by side do not disturb each other") {
  Simulation one;
  Simulation two;
  int first = 0;
  int second = 0;
  tick(one, first);
  tick(two, second);
  one.run_until({5.0});
  two.run_until({2.0});
  CHECK(first == 5);
  CHECK(second == 2);
}

TEST_CASE("multiplying all times by a power of two multiplies the clock by exactly that") {
  const auto finish = [](double scale) {
    Simulation simulation;
    [](Simulation& s, double factor) -> Process {
      for (int i = 1; i < 1000; ++i) co_await s.sleep(factor * sim::Duration{1.0 / i});
    }(simulation, scale);
    simulation.run_until(TimePoint::never());
    return simulation.now().seconds;
  };
  CHECK(finish(8.0) == 8.0 * finish(1.0));
  CHECK(finish(0.125) == 0.125 * finish(1.0));
}
