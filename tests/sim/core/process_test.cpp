// SPDX-License-Identifier: MIT
#include "sim/core/process.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/simulation.hpp"

using namespace sim::literals;
using sim::Process;
using sim::Simulation;
using sim::Task;
using sim::TimePoint;

namespace {

// Says when it is destroyed.
struct Trace {
  std::string& log;
  char letter;
  ~Trace() { log += letter; }
};

Process sleeper(Simulation& simulation, sim::Duration duration) {
  co_await simulation.sleep(duration);
}

Task countdown(Simulation& simulation, std::string& log, int depth) {
  Trace trace{log, static_cast<char>('0' + depth)};
  co_await simulation.sleep(1_s);
  if (depth > 0) co_await countdown(simulation, log, depth - 1);
}

Process run_countdown(Simulation& simulation, std::string& log, int depth) {
  Trace trace{log, 'p'};
  co_await countdown(simulation, log, depth);
  log += '.';
}

class Machine {
 public:
  explicit Machine(Simulation& simulation) : simulation_(simulation) {}
  Simulation& simulation() const { return simulation_; }
  Process work(int parts) {
    for (int i = 0; i < parts; ++i) co_await step();
  }
  int steps = 0;

 private:
  Task step() {
    co_await simulation_.sleep(1_s);
    ++steps;
  }

  Simulation& simulation_;
};

}  // namespace

TEST_CASE("a process runs at once until it first waits, and frees itself at its end") {
  Simulation simulation;
  std::string log;
  const Process process = [](Simulation& s, std::string& out) -> Process {
    out += 'a';
    co_await s.sleep(1_s);
    out += 'b';
  }(simulation, log);
  CHECK(log == "a");
  CHECK(process.alive());
  CHECK(simulation.live_processes() == 1);
  simulation.run_until({1.0});
  CHECK(log == "ab");
  CHECK(!process.alive());
  CHECK(simulation.live_processes() == 0);
}

TEST_CASE("a process that never waits is over when its call returns") {
  Simulation simulation;
  const Process process = [](Simulation&) -> Process { co_return; }(simulation);
  CHECK(!process.alive());
  process.kill();
}

TEST_CASE("tasks nest, and end before whoever awaits them goes on") {
  Simulation simulation;
  std::string log;
  run_countdown(simulation, log, 3);
  simulation.run_until({3.5});
  CHECK(log.empty());
  simulation.run_until({4.0});
  CHECK(log == "0123.p");
  CHECK(simulation.now() == TimePoint{4.0});
}

TEST_CASE("a task that ends without waiting hands back without using the stack") {
  Simulation simulation;
  long sum = 0;
  [](Simulation& s, long& total) -> Process {
    const auto add = [](Simulation&, long& out, long value) -> Task {
      out += value;
      co_return;
    };
    for (long i = 0; i < 1'000'000; ++i) co_await add(s, total, i);
  }(simulation, sum);
  CHECK(sum == 499'999'500'000);
}

TEST_CASE("an exception in a task reaches whoever awaits it") {
  Simulation simulation;
  std::string caught;
  [](Simulation& s, std::string& out) -> Process {
    const auto fail = [](Simulation& inner) -> Task {
      co_await inner.sleep(1_s);
      throw std::runtime_error("late");
    };
    try {
      co_await fail(s);
    } catch (const std::runtime_error& error) {
      out = error.what();
    }
    co_await s.sleep(1_s);
    out += "r";
  }(simulation, caught);
  simulation.run_until({5.0});
  CHECK(caught == "later");
}

TEST_CASE("member coroutines find the simulation through their object") {
  Simulation simulation;
  Machine machine(simulation);
  const Process process = machine.work(3);
  simulation.run_until({2.0});
  CHECK(machine.steps == 2);
  CHECK(process.alive());
  simulation.run_until({3.0});
  CHECK(!process.alive());
}

TEST_CASE("a killed process is destroyed with all its tasks, innermost first, and never resumed") {
  Simulation simulation;
  std::string log;
  const Process process = run_countdown(simulation, log, 3);
  simulation.run_until({2.5});
  process.kill();
  CHECK(log == "123p");
  CHECK(!process.alive());
  process.kill();
  simulation.run_until({10.0});
  CHECK(log == "123p");
}

TEST_CASE("a handle does not take a later process in the same place for its own") {
  Simulation simulation;
  const Process first = sleeper(simulation, 1_s);
  simulation.run_until({1.0});
  const Process second = sleeper(simulation, 5_s);
  CHECK(!first.alive());
  first.kill();
  CHECK(second.alive());
}

TEST_CASE("a process that was woken and is then killed is not resumed") {
  Simulation simulation;
  std::string log;
  const auto yield = [](Simulation& s, std::string& out) -> Process {
    co_await s.sleep(0_s);
    out += 'x';
  };
  const Process woken = yield(simulation, log);
  yield(simulation, log);
  woken.kill();
  // The next frame may lie where the killed one lay.
  yield(simulation, log);
  simulation.run_until({1.0});
  CHECK(log == "xx");
}

TEST_CASE("a process may kill others, also one that it has just started or that has just started it") {
  Simulation simulation;
  std::string log;
  [](Simulation& s, std::string& out) -> Process {
    Trace trace{out, 'a'};
    const Process child = run_countdown(s, out, 1);
    child.kill();
    out += '-';
    const Process other = run_countdown(s, out, 1);
    co_await countdown(s, out, 0);
    other.kill();
  }(simulation, log);
  CHECK(log == "1p-");
  simulation.run_until({5.0});
  // At time 1 the other one's first sleep ends before the killer's; its second task is killed with the first.
  CHECK(log == "1p-001pa");
}

TEST_CASE("a dying simulation destroys its processes, wherever they wait") {
  std::string log;
  {
    Simulation simulation;
    run_countdown(simulation, log, 2);
    run_countdown(simulation, log, 1);
    simulation.run_until({1.5});
    CHECK(log.empty());
  }
  CHECK(log == "12p01p");
}

TEST_CASE("killing all processes also kills those that dying ones start") {
  Simulation simulation;
  std::string log;
  struct Starter {
    Simulation& simulation;
    std::string& log;
    ~Starter() { run_countdown(simulation, log, 0); }
  };
  [](Simulation& s, std::string& out) -> Process {
    Starter starter{s, out};
    co_await s.sleep(1_s);
  }(simulation, log);
  simulation.kill_all_processes();
  CHECK(simulation.live_processes() == 0);
  CHECK(log == "0p");
}

TEST_CASE("many processes of different sizes come and go") {
  Simulation simulation;
  long alive = 0;
  const auto large = [](Simulation& s, long& count, int number) -> Process {
    std::array<int, 1000> ballast{};
    ballast[static_cast<std::size_t>(number) % ballast.size()] = number;
    ++count;
    co_await s.sleep(sim::Duration{1.0 + number % 7});
    count -= ballast[static_cast<std::size_t>(number) % ballast.size()] == number ? 1 : 1000;
  };
  const auto small = [](Simulation& s, long& count, int number) -> Process {
    ++count;
    co_await s.sleep(sim::Duration{1.0 + number % 5});
    --count;
  };
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 500; ++i) {
      large(simulation, alive, i);
      small(simulation, alive, i);
    }
    simulation.run_until(simulation.now() + 3_s);
  }
  CHECK(alive > 0);
  CHECK(simulation.live_processes() == static_cast<std::size_t>(alive));
  simulation.run_until(TimePoint::never());
  CHECK(alive == 0);
}
