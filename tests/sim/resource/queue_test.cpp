// SPDX-License-Identifier: MIT
#include "sim/resource/queue.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/core/process.hpp"

using namespace sim::literals;
using sim::Process;
using sim::Queue;
using sim::Simulation;

namespace {

Process take_all(Simulation& simulation, Queue<int>& queue, std::string& log, char name,
                 sim::Duration pause) {
  for (;;) {
    const int item = co_await queue.take();
    log += name + std::to_string(item) + ' ';
    if (pause > 0_s) co_await simulation.sleep(pause);
  }
}

}  // namespace

TEST_CASE("items leave a queue in the order in which they came, to takers in the order in which they came") {
  Simulation simulation;
  Queue<int> queue(simulation);
  std::string log;
  for (int item = 1; item <= 2; ++item) queue.put(item);
  take_all(simulation, queue, log, 'a', 1_s);
  take_all(simulation, queue, log, 'b', 2_s);
  CHECK(log == "a1 b2 ");
  CHECK(queue.size() == 0);
  for (int item = 3; item <= 6; ++item) queue.put(item);
  CHECK(queue.size() == 4);
  simulation.run_until({2.5});
  // At 2 s, b's pause ends in an event that was scheduled before a's.
  CHECK(log == "a1 b2 a3 b4 a5 ");
  simulation.run_until({10.0});
  CHECK(log == "a1 b2 a3 b4 a5 a6 ");
  CHECK(queue.waiting() == 2);
}

TEST_CASE("an item put for a waiting process cannot be taken by another in between") {
  Simulation simulation;
  Queue<int> queue(simulation);
  std::string log;
  take_all(simulation, queue, log, 'a', 0_s);
  CHECK(queue.waiting() == 1);
  queue.put(1);
  CHECK(queue.size() == 0);
  CHECK(queue.waiting() == 0);
  CHECK(!queue.try_take().has_value());
  simulation.run_until({0.0});
  CHECK(log == "a1 ");
}

TEST_CASE("a taker that is killed while it waits takes nothing with it") {
  Simulation simulation;
  Queue<int> queue(simulation);
  std::string log;
  take_all(simulation, queue, log, 'a', 0_s);
  const Process victim = take_all(simulation, queue, log, 'b', 0_s);
  take_all(simulation, queue, log, 'c', 0_s);
  victim.kill();
  CHECK(queue.waiting() == 2);
  for (int item = 1; item <= 3; ++item) queue.put(item);
  simulation.run_until({0.0});
  // a and c were each handed one item; the third waits in the queue until a comes back for it.
  CHECK(log == "a1 a3 c2 ");
}

TEST_CASE("an item whose taker is killed before it is resumed goes to the next one, or back to the front") {
  Simulation simulation;
  Queue<int> queue(simulation);
  std::string log;
  const Process first = take_all(simulation, queue, log, 'a', 0_s);
  const Process second = take_all(simulation, queue, log, 'b', 0_s);
  queue.put(1);
  first.kill();
  CHECK(queue.waiting() == 0);
  second.kill();
  CHECK(queue.size() == 1);
  queue.put(2);
  CHECK(queue.try_take() == 1);
  CHECK(queue.try_take() == 2);
  simulation.run_until({0.0});
  CHECK(log.empty());
}

TEST_CASE("a queue keeps its order when it grows around its end") {
  Simulation simulation;
  Queue<int> queue(simulation);
  int put = 0;
  int taken = 0;
  for (int round = 1; round < 40; ++round) {
    for (int i = 0; i < round; ++i) queue.put(put++);
    for (int i = 0; i < round - 1; ++i) REQUIRE(queue.try_take() == taken++);
  }
  while (queue.size() > 0) REQUIRE(queue.try_take() == taken++);
  CHECK(taken == put);
}

TEST_CASE("items that can only be moved pass through a queue") {
  Simulation simulation;
  Queue<std::unique_ptr<int>> queue(simulation);
  int sum = 0;
  [](Simulation&, Queue<std::unique_ptr<int>>& from, int& out) -> Process {
    for (;;) out += *co_await from.take();
  }(simulation, queue, sum);
  queue.put(std::make_unique<int>(3));
  queue.put(std::make_unique<int>(4));
  simulation.run_until({0.0});
  CHECK(sum == 7);
}

TEST_CASE("a queue may die before those that wait for it") {
  Simulation simulation;
  std::string log;
  {
    Queue<int> queue(simulation);
    take_all(simulation, queue, log, 'a', 0_s);
  }
  simulation.kill_all_processes();
  CHECK(log.empty());
}
