// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstddef>

#include "sim/core/process.hpp"
#include "sim/core/timer.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/pool.hpp"
#include "sim/resource/queue.hpp"
#include "sim/resource/shared_server.hpp"
#include "tests/allocations.hpp"

namespace {

using namespace sim::literals;
using sim::Process;
using sim::Simulation;

struct World {
  Simulation simulation;
  sim::Stream random{1, 0, "allocation", 0};
  sim::SharedServer cpu{simulation, 3.0};
  sim::GroupId limited = cpu.add_group({.quota_cores = 1.5});
  sim::GroupId free = cpu.add_group({.weight = 50.0});
  sim::Queue<int> requests{simulation};
  sim::Pool pool{simulation, 3};
  long done = 0;
};

Process source(Simulation& simulation, World& world) {
  for (int number = 0;; ++number) {
    co_await simulation.sleep(4_ms * world.random.exponential());
    if (world.requests.size() < 50) world.requests.put(number);
  }
}

sim::Task call_database(Simulation& simulation, World& world) {
  co_await world.pool.acquire();
  co_await simulation.sleep(2_ms);
  world.pool.release();
}

Process worker(Simulation& simulation, World& world, sim::GroupId group) {
  sim::Job job(world.cpu, group);
  for (;;) {
    co_await world.requests.take();
    sim::Duration left = 10_ms * world.random.exponential();
    while (left > 0_s) left = co_await job.use(left);
    co_await call_database(simulation, world);
    ++world.done;
  }
}

// A process of its own for each of these, and a timeout that is always put off.
Process visitor(Simulation& simulation, World& world) {
  co_await simulation.sleep(50_ms * world.random.uniform());
}

Process visitors(Simulation& simulation, World& world) {
  sim::Timer timeout(
      simulation, [](void*) {}, nullptr);
  for (;;) {
    co_await simulation.sleep(1_ms);
    timeout.schedule(simulation.now() + 5_ms);
    visitor(simulation, world);
    const Process killed = visitor(simulation, world);
    co_await simulation.sleep(0_s);
    killed.kill();
  }
}

}  // namespace

TEST_CASE("a steady state allocates nothing") {
  World world;
  source(world.simulation, world);
  visitors(world.simulation, world);
  for (int i = 0; i < 8; ++i) worker(world.simulation, world, i % 2 == 0 ? world.limited : world.free);
  world.simulation.run_until({500.0});
  const std::size_t before = tests::allocations_so_far();
  const long done = world.done;
  const std::uint64_t events = world.simulation.events();
  world.simulation.run_until({600.0});
  CHECK(tests::allocations_so_far() == before);
  CHECK(world.done - done > 10'000);
  CHECK(world.simulation.events() - events > 100'000);
  CHECK(world.cpu.throttled_periods(world.limited) > 0);
}
