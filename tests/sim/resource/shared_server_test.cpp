// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <memory>
#include <vector>

#include "sim/core/process.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/shared_server.hpp"
#include "tests/sim/resource/server_processes.hpp"

using namespace sim::literals;
using namespace server_test;
using doctest::Approx;
using sim::Simulation;

namespace {

// When a core watch called.
struct Calls {
  Simulation& simulation;
  std::vector<double> times;

  static void note(void* self) {
    auto& calls = *static_cast<Calls*>(self);
    calls.times.push_back(calls.simulation.now().seconds);
  }
};

}  // namespace

TEST_CASE("jobs on idle cores run at full speed") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId group = server.add_group({});
  Burst a, b;
  run_burst(server, group, 1_s, a);
  run_burst(server, group, 3_s, b);
  simulation.run_until({10.0});
  CHECK(a.ended == TimePoint{1.0});
  CHECK(b.ended == TimePoint{3.0});
  CHECK(a.left == 0_s);
  CHECK(server.cpu_time(group) == 4_s);
  CHECK(server.busy_core_seconds() == 4.0);
}

TEST_CASE("no work ends at once") {
  Simulation simulation;
  SharedServer server(simulation, 1.0);
  Burst burst;
  run_burst(server, server.add_group({}), 0_s, burst);
  CHECK(burst.ended == TimePoint{0.0});
  CHECK(simulation.events() == 0);
}

// Three equal jobs share 2 cores: 2/3 each. a (2 s of work) ends at 3 s; then two run at full speed and have
// 2 of their 4 s left: both end at 5 s.
TEST_CASE("jobs in a group share its cores equally") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId group = server.add_group({});
  Burst a, b, c;
  run_burst(server, group, 2_s, a);
  run_burst(server, group, 4_s, b);
  run_burst(server, group, 4_s, c);
  simulation.run_until({10.0});
  CHECK(a.ended.seconds == Approx(3.0));
  CHECK(b.ended.seconds == Approx(5.0));
  CHECK(c.ended.seconds == Approx(5.0));
}

// 4 cores; demands 1, 4 and 4 with weights 100, 100 and 200. By weight the first would get 1 and takes it;
// the other 3 are shared 1:2.
TEST_CASE("groups share by weight what others leave") {
  Simulation simulation;
  SharedServer server(simulation, 4.0);
  const GroupId small = server.add_group({.weight = 100});
  const GroupId even = server.add_group({.weight = 100});
  const GroupId heavy = server.add_group({.weight = 200});
  spin(server, small);
  for (int i = 0; i < 8; ++i) {
    spin(server, even);
    spin(server, heavy);
  }
  simulation.run_until({10.0});
  CHECK(server.cpu_time(small).seconds == Approx(10.0));
  CHECK(server.cpu_time(even).seconds == Approx(10.0));
  CHECK(server.cpu_time(heavy).seconds == Approx(20.0));
  CHECK(server.busy_core_seconds() == Approx(40.0));
}

// 2 cores, weights 1, which is also what a lone job gets. a has a core for a second; then three jobs have 2/3
// each. b (half a second of work) ends after 3/4 s, and a has half a second left, which it gets at full speed.
TEST_CASE("cores become scarce and cease to be") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  Burst a, b, c;
  const GroupId first = server.add_group({.weight = 1});
  const GroupId second = server.add_group({.weight = 1});
  const GroupId third = server.add_group({.weight = 1});
  run_burst(server, first, 2_s, a);
  simulation.run_until({1.0});
  run_burst(server, second, 0.5_s, b);
  run_burst(server, third, 1_s, c);
  simulation.run_until({10.0});
  CHECK(b.ended.seconds == Approx(1.75));
  CHECK(a.ended.seconds == Approx(2.25));
  CHECK(c.ended.seconds == Approx(2.25));
  CHECK(server.cpu_time(first).seconds == Approx(2.0));
}

// Two light groups had the core to themselves for a day. Then a heavy one comes with two threads, one of which runs
// 1000 bursts of 10 us: it gets half of the share 10000 / 10002.
TEST_CASE("how long cores have been scarce does not make short bursts coarser") {
  constexpr double day = 86400.0;
  Simulation simulation;
  SharedServer server(simulation, 1.0);
  spin(server, server.add_group({.weight = 1}));
  spin(server, server.add_group({.weight = 1}));
  simulation.run_until({day});
  const GroupId heavy = server.add_group({.weight = 10000});
  spin(server, heavy);
  TimePoint ended;
  run_bursts(server, heavy, Duration{10e-6}, 1000, ended);
  simulation.run_until({day + 1.0});
  CHECK((ended.seconds - day) / (0.01 * 2.0 * 10002.0 / 10000.0) == Approx(1.0).epsilon(1e-6));
}

TEST_CASE("a group never gets more than its core limit") {
  Simulation simulation;
  SharedServer server(simulation, 8.0);
  const GroupId limited = server.add_group({.max_cores = 1.5});
  for (int i = 0; i < 4; ++i) spin(server, limited);
  simulation.run_until({10.0});
  CHECK(server.cpu_time(limited).seconds == Approx(15.0));
}

// s(2) = 1.6: two busy cores do 0.8 work a second each. s(1.5) = 1.3.
TEST_CASE("busy cores slow each other down by the scaling curve, in work but not in CPU time") {
  const std::vector<double> scaling{1.0, 1.6, 2.0};
  Simulation simulation;
  SharedServer server(simulation, 4.0, scaling);
  const GroupId group = server.add_group({});
  Burst a, b;
  run_burst(server, group, 8_s, a);
  run_burst(server, group, 10_s, b);
  simulation.run_until({50.0});
  CHECK(a.ended.seconds == Approx(10.0));
  CHECK(b.ended.seconds == Approx(12.0));
  CHECK(server.cpu_time(group).seconds == Approx(22.0));
  const auto work_of = [&](double max_cores, int jobs) {
    Simulation other;
    SharedServer limited(other, 8.0, scaling);
    const GroupId id = limited.add_group({.max_cores = max_cores});
    Burst burst;
    run_burst(limited, id, 1_s, burst);
    for (int i = 1; i < jobs; ++i) spin(limited, id);
    other.run_until({100.0});
    return jobs / burst.ended.seconds;
  };
  CHECK(work_of(1.5, 2) == Approx(1.3));
  CHECK(work_of(3.0, 3) == Approx(2.0));
  CHECK(work_of(6.0, 6) == Approx(4.0));
  CHECK(work_of(0.5, 1) == Approx(0.5));
}

TEST_CASE("an interrupted burst ends when it has attained so much, and says what is left") {
  Simulation simulation;
  SharedServer server(simulation, 1.0);
  const GroupId group = server.add_group({});
  sim::Job job(server, group);
  Burst burst;
  run_job(job, 10_s, burst);
  spin(server, group);
  simulation.run_until({4.0});
  CHECK(job.attained().seconds == Approx(2.0));
  job.interrupt_at(5_s);
  simulation.run_until({20.0});
  CHECK(burst.ended.seconds == Approx(10.0));
  CHECK(burst.left.seconds == Approx(5.0));
  CHECK(!job.running());
  CHECK(server.running(group) == 1);
}

TEST_CASE("the last interruption counts, never beyond the end of the burst") {
  const auto outcome = [](std::vector<Duration> interruptions) {
    Simulation simulation;
    SharedServer server(simulation, 1.0);
    sim::Job job(server, server.add_group({}));
    Burst burst;
    run_job(job, 10_s, burst);
    simulation.run_until({3.0});
    for (const Duration at : interruptions) job.interrupt_at(at);
    simulation.run_until({20.0});
    return burst;
  };
  CHECK(outcome({5_s, 7_s}).ended == TimePoint{7.0});
  CHECK(outcome({7_s, 5_s}).ended == TimePoint{5.0});
  CHECK(outcome({5_s, 70_s}).ended == TimePoint{10.0});
  CHECK(outcome({5_s, 70_s}).left == 0_s);
  CHECK(outcome({10_s}).left == 0_s);
  // Attained already: at once.
  CHECK(outcome({1_s}).ended == TimePoint{3.0});
  CHECK(outcome({1_s}).left == 7_s);
}

// The group's clock is set back every 65536 bursts. a's 100 s take 200 s beside 100,000 bursts of 1 ms.
TEST_CASE("a long burst does not notice how many short ones come and go beside it") {
  Simulation simulation;
  SharedServer server(simulation, 1.0);
  const GroupId group = server.add_group({});
  sim::Job job(server, group);
  Burst burst;
  run_job(job, 100_s, burst);
  work_and_rest(server, group, 1_ms, 0_s);
  simulation.run_until({150.0});
  CHECK(job.attained().seconds == Approx(75.0).epsilon(1e-9));
  simulation.run_until({250.0});
  CHECK(burst.ended.seconds == Approx(200.0).epsilon(1e-9));
  CHECK(simulation.events() > 200'000);
}

TEST_CASE("a killed process gives its share of the cores to the others") {
  Simulation simulation;
  SharedServer server(simulation, 1.0);
  const GroupId group = server.add_group({});
  Burst a, b;
  const Process victim = run_burst(server, group, 10_s, a);
  run_burst(server, group, 10_s, b);
  simulation.run_until({4.0});
  victim.kill();
  CHECK(server.running(group) == 1);
  CHECK(server.runnable() == 1);
  simulation.run_until({50.0});
  CHECK(a.ended == TimePoint::never());
  CHECK(b.ended.seconds == Approx(12.0));
  CHECK(server.busy_core_seconds() == Approx(12.0));
}

TEST_CASE("a process killed between the end of its burst and its resumption does no harm") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId group = server.add_group({});
  Burst a, b;
  std::vector<Process> victims;
  // Both bursts end at once; the first one is resumed first and kills the second.
  [](SharedServer& s, GroupId g, std::vector<Process>& others, Burst& out) -> Process {
    sim::Job job(s, g);
    out.left = co_await job.use(1_s);
    for (const Process& other : others) other.kill();
    out.ended = s.simulation().now();
  }(server, group, victims, a);
  victims.push_back(run_burst(server, group, 1_s, b));
  simulation.run_until({5.0});
  CHECK(a.ended == TimePoint{1.0});
  CHECK(b.ended == TimePoint::never());
  CHECK(server.running(group) == 0);
  CHECK(server.runnable() == 0);
}

TEST_CASE("a free core is a whole idle one that the group may use") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId one = server.add_group({.max_cores = 1.0});
  const GroupId other = server.add_group({.quota_cores = 0.5});
  CHECK(server.has_free_core(one));
  spin(server, one);
  CHECK(!server.has_free_core(one));
  CHECK(server.has_free_core(other));
  spin(server, other);
  CHECK(!server.has_free_core(other));
  simulation.run_until({0.06});
  CHECK(server.throttled(other));
  CHECK(!server.has_free_core(other));
}

// 2 cores, one of them busy until 1 s, the other until 3 s; then both from 3.5 s, one of them until 4.5 s.
TEST_CASE("a core watch calls once when a core is idle that the group may use") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId group = server.add_group({});
  Calls calls{simulation, {}};
  sim::CoreWatch watch(server, group, Calls::note, &calls);
  Burst a, b, c, d;
  run_burst(server, group, 1_s, a);
  run_burst(server, group, 3_s, b);
  watch.arm();
  watch.arm();
  simulation.run_until({3.5});
  CHECK(calls.times == std::vector{1.0});
  run_burst(server, group, 1_s, c);
  run_burst(server, server.add_group({}), 2_s, d);
  simulation.run_until({4.0});
  watch.arm();
  simulation.run_until({10.0});
  CHECK(calls.times == std::vector{1.0, 4.5});
}

TEST_CASE("a core watch waits for the end of throttling") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId group = server.add_group({.quota_cores = 0.5, .period = 1_s});
  Calls calls{simulation, {}};
  sim::CoreWatch watch(server, group, Calls::note, &calls);
  Burst a;
  run_burst(server, group, 0.6_s, a);
  simulation.run_until({0.7});
  REQUIRE(server.throttled(group));
  watch.arm();
  simulation.run_until({2.0});
  CHECK(calls.times == std::vector{1.0});
}

TEST_CASE("multiplying all times by 8 multiplies all results by exactly 8") {
  const auto run = [](double scale) {
    Simulation simulation;
    const std::vector<double> scaling{1.0, 1.9, 2.5};
    SharedServer server(simulation, 3.0, scaling);
    const GroupId a = server.add_group({.weight = 30,
                                        .quota_cores = 0.7,
                                        .period = scale * 100_ms,
                                        .burst = scale * 7_ms,
                                        .phase = scale * 11_ms});
    const GroupId b = server.add_group({.weight = 170, .quota_cores = 2.1, .period = scale * 100_ms});
    const auto jobs = [](SharedServer& s, GroupId g, sim::Stream random, double factor) -> Process {
      sim::Job job(s, g);
      for (;;) {
        co_await job.use(factor * 10_ms * random.exponential());
        co_await s.simulation().sleep(factor * 5_ms * random.exponential());
      }
    };
    for (std::uint64_t i = 0; i < 6; ++i) {
      jobs(server, i % 2 == 0 ? a : b, sim::Stream(1, 0, "scale", i), scale);
    }
    simulation.run_until({scale * 200.0});
    CHECK(server.throttled_periods(a) > 100);
    return std::vector<double>{server.cpu_time(a).seconds, server.cpu_time(b).seconds,
                               server.throttled_time(a).seconds};
  };
  const std::vector<double> once = run(1.0);
  const std::vector<double> eightfold = run(8.0);
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(eightfold[i] == 8.0 * once[i]);
}

// Workers that turn every 7 ms, a millisecond apart: bursts end when others start, but for the last bits of the sums.
// There the group's clock is advanced, and rounded, at the very instant at which a burst ends.
TEST_CASE("a burst ends in time where rounding carries the clock past it in the instant of its end") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  const GroupId group = server.add_group({});
  for (int worker = 0; worker < 4; ++worker) {
    [](SharedServer& s, GroupId g, TimePoint first) -> Process {
      co_await s.simulation().sleep_until(first);
      work_and_rest(s, g, 2_ms, 5_ms);
    }(server, group, {worker * 0.001});
  }
  simulation.run_until({7.0});
  CHECK(server.cpu_time(group).seconds == doctest::Approx(4 * 2.0).epsilon(1e-3));
}

TEST_CASE("a server may die before the processes that run on it") {
  Simulation simulation;
  Burst burst;
  auto server = std::make_unique<SharedServer>(simulation, 1.0);
  run_burst(*server, server->add_group({}), 1_s, burst);
  simulation.kill_all_processes();
  server.reset();
  CHECK(burst.ended == TimePoint::never());
}
