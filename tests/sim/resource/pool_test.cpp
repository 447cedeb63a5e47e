// SPDX-License-Identifier: MIT
#include "sim/resource/pool.hpp"

#include <doctest/doctest.h>

#include <string>

#include "sim/core/process.hpp"

using namespace sim::literals;
using sim::Pool;
using sim::Process;
using sim::Simulation;

namespace {

Process hold(Simulation& simulation, Pool& pool, std::string& log, char name, sim::Duration duration) {
  co_await pool.acquire();
  log += name;
  co_await simulation.sleep(duration);
  pool.release();
}

}  // namespace

TEST_CASE("a pool hands out no more tokens than it has, and then first come first served") {
  Simulation simulation;
  Pool pool(simulation, 2);
  std::string log;
  for (const char name : {'a', 'b', 'c', 'd'}) hold(simulation, pool, log, name, 1_s);
  CHECK(log == "ab");
  CHECK(pool.in_use() == 2);
  CHECK(pool.queue_length() == 2);
  simulation.run_until({1.0});
  CHECK(log == "abcd");
  CHECK(pool.queue_length() == 0);
  CHECK(pool.in_use() == 2);
  simulation.run_until({2.0});
  CHECK(pool.in_use() == 0);
  CHECK(pool.tokens() == 2);
}

TEST_CASE("a released token cannot be snatched from the process that waited for it") {
  Simulation simulation;
  Pool pool(simulation, 1);
  std::string log;
  hold(simulation, pool, log, 'a', 1_s);
  hold(simulation, pool, log, 'b', 1_s);
  [](Simulation& s, Pool& tokens, std::string& out) -> Process {
    co_await s.sleep(1_s);
    co_await tokens.acquire();
    out += 'c';
    tokens.release();
  }(simulation, pool, log);
  simulation.run_until({1.5});
  CHECK(log == "ab");
  simulation.run_until({2.0});
  CHECK(log == "abc");
}

TEST_CASE("a process killed while it waits for a token leaves the line") {
  Simulation simulation;
  Pool pool(simulation, 1);
  std::string log;
  hold(simulation, pool, log, 'a', 1_s);
  const Process victim = hold(simulation, pool, log, 'b', 1_s);
  hold(simulation, pool, log, 'c', 1_s);
  victim.kill();
  CHECK(pool.queue_length() == 1);
  simulation.run_until({5.0});
  CHECK(log == "ac");
  CHECK(pool.in_use() == 0);
}

TEST_CASE("a token whose process is killed before it is resumed goes to the next one, or back to the pool") {
  Simulation simulation;
  Pool pool(simulation, 1);
  std::string log;
  Process first = hold(simulation, pool, log, 'a', 1_s);
  Process second = hold(simulation, pool, log, 'b', 1_s);
  Process third = hold(simulation, pool, log, 'c', 1_s);
  [](Simulation& s, Process b, Process c) -> Process {
    co_await s.sleep(1_s);
    // The token is on its way to b.
    b.kill();
    c.kill();
  }(simulation, second, third);
  simulation.run_until({2.0});
  CHECK(log == "a");
  CHECK(!first.alive());
  CHECK(pool.in_use() == 0);
  CHECK(pool.queue_length() == 0);
}
