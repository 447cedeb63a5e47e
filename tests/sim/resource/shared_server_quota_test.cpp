// SPDX-License-Identifier: MIT
// The shared server with CPU quotas.
#include <doctest/doctest.h>

#include <vector>

#include "sim/core/process.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/shared_server.hpp"
#include "tests/sim/resource/server_processes.hpp"

using namespace sim::literals;
using namespace server_test;
using doctest::Approx;
using sim::Simulation;

// n threads on c cores with quota q run for q/c and stop for P - q/c: 4 threads on 4 cores with 50 of 100 ms.
TEST_CASE("with more threads than quota a group runs exactly q/c and then stops until the period ends") {
  Simulation simulation;
  SharedServer server(simulation, 4.0);
  const GroupId group = server.add_group({.quota_cores = 0.5});
  for (int i = 0; i < 6; ++i) spin(server, group);
  for (int period = 0; period < 100; ++period) {
    const double start = 0.1 * period;
    simulation.run_until({start + 0.0125 * (1.0 - 1e-6)});
    CHECK(!server.throttled(group));
    CHECK(server.runnable() == 6);
    simulation.run_until({start + 0.0125 * (1.0 + 1e-6)});
    CHECK(server.throttled(group));
    CHECK(server.runnable() == 0);
    CHECK(server.running(group) == 6);
    simulation.run_until({start + 0.1 * (1.0 - 1e-6)});
    CHECK(server.throttled(group));
    CHECK(server.cpu_time(group).seconds == Approx(0.05 * (period + 1)).epsilon(1e-9));
  }
  CHECK(server.periods(group) == 100);
  CHECK(server.throttled_periods(group) == 100);
  CHECK(server.throttled_time(group).seconds == Approx(100 * 0.0875).epsilon(1e-6));
}

TEST_CASE("a neighbour of equal weight leaves a group one core of two, which its quota of one just covers") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId limited = server.add_group({.quota_cores = 1.0});
  const GroupId neighbour = server.add_group({});
  for (int i = 0; i < 2; ++i) {
    work_and_rest(server, limited, 1_ms, 0_s);
    work_and_rest(server, neighbour, 1_ms, 0_s);
  }
  simulation.run_until({1000.0});
  CHECK(server.cpu_time(limited).seconds == Approx(1000.0).epsilon(1e-9));
  CHECK(server.cpu_time(neighbour).seconds == Approx(1000.0).epsilon(1e-9));
  CHECK(server.periods(limited) == 10'000);
  CHECK(server.throttled_periods(limited) == 0);
}

TEST_CASE("without the neighbour the same group is throttled in every period") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId limited = server.add_group({.quota_cores = 1.0});
  for (int i = 0; i < 2; ++i) spin(server, limited);
  simulation.run_until({100.0});
  CHECK(server.cpu_time(limited).seconds == Approx(100.0).epsilon(1e-9));
  CHECK(server.throttled_periods(limited) == 1000);
  CHECK(server.throttled_time(limited).seconds == Approx(50.0).epsilon(1e-9));
}

TEST_CASE("a throttled group leaves its cores to the others") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId limited = server.add_group({.quota_cores = 0.2});
  const GroupId other = server.add_group({});
  for (int i = 0; i < 2; ++i) {
    spin(server, limited);
    spin(server, other);
  }
  simulation.run_until({10.0});
  CHECK(server.cpu_time(limited).seconds == Approx(2.0).epsilon(1e-9));
  CHECK(server.cpu_time(other).seconds == Approx(18.0).epsilon(1e-9));
}

TEST_CASE("a group that stays below its quota causes no quota events") {
  Simulation simulation;
  SharedServer server(simulation, 4.0);
  const GroupId group = server.add_group({.quota_cores = 1.0});
  Burst burst;
  run_burst(server, group, Duration{5000.0}, burst);
  simulation.run_until({10000.0});
  CHECK(burst.ended.seconds == Approx(5000.0));
  // The end of the burst and the resumption.
  CHECK(simulation.events() == 2);
  CHECK(server.periods(group) == 50'000);
}

TEST_CASE("work that ends together with the budget does not wait for the next period") {
  Simulation simulation;
  SharedServer server(simulation, 8.0);
  const GroupId group = server.add_group({.quota_cores = 0.7});
  std::vector<Burst> bursts(7);
  for (Burst& burst : bursts) run_burst(server, group, 10_ms, burst);
  simulation.run_until({1.0});
  for (const Burst& burst : bursts) CHECK(burst.ended.seconds == Approx(0.01).epsilon(1e-9));
  CHECK(server.throttled_periods(group) == 0);
}

TEST_CASE("saved quota serves a burst") {
  // Idle for a period, then 2 threads: 50 + 30 ms of CPU take 40 ms, then the group stops.
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId group = server.add_group({.quota_cores = 0.5, .burst = 30_ms});
  simulation.run_until({0.1});
  for (int i = 0; i < 2; ++i) spin(server, group);
  simulation.run_until({0.2});
  CHECK(server.cpu_time(group).seconds == Approx(0.08).epsilon(1e-9));
  CHECK(server.throttled_time(group).seconds == Approx(0.06).epsilon(1e-9));
  simulation.run_until({0.3});
  CHECK(server.cpu_time(group).seconds == Approx(0.13).epsilon(1e-9));
}

TEST_CASE("a throttled job does nothing, so it cannot end either") {
  Simulation simulation;
  SharedServer server(simulation, 1.0);
  const GroupId group = server.add_group({.quota_cores = 0.5});
  sim::Job job(server, group);
  Burst burst;
  run_job(job, 10_s, burst);
  simulation.run_until({0.06});
  REQUIRE(server.throttled(group));
  job.interrupt_at(job.attained());
  simulation.run_until({0.09});
  CHECK(job.running());
  simulation.run_until({0.1});
  CHECK(burst.ended.seconds == Approx(0.1).epsilon(1e-12));
  CHECK(burst.left.seconds == Approx(9.95).epsilon(1e-12));
}

TEST_CASE("killing throttled jobs keeps the count of runnable ones right") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId group = server.add_group({.quota_cores = 0.5});
  Burst a, b;
  const Process victim = run_burst(server, group, 10_s, a);
  run_burst(server, group, 10_s, b);
  simulation.run_until({0.05});
  REQUIRE(server.throttled(group));
  victim.kill();
  CHECK(server.runnable() == 0);
  CHECK(server.running(group) == 1);
  simulation.run_until({0.11});
  CHECK(server.runnable() == 1);
}
