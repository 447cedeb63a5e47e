// SPDX-License-Identifier: MIT
// Parts of the engine one by one, by Google Benchmark: items per second of CPU time.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/core/event_list.hpp"
#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/timer.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/pool.hpp"
#include "sim/resource/queue.hpp"
#include "sim/resource/shared_server.hpp"
#include "sim/stats/quantiles.hpp"
#include "sim/stats/tally.hpp"
#include "sim/stats/time_average.hpp"

namespace {

using sim::Duration;
using sim::Process;
using sim::Simulation;
using sim::TimePoint;

void count(benchmark::State& state, std::uint64_t items_per_iteration) {
  state.SetItemsProcessed(static_cast<std::int64_t>(items_per_iteration) *
                          static_cast<std::int64_t>(state.iterations()));
}

// One iteration is a stretch of so many events of a simulation that never ends.
void run_events(benchmark::State& state, Simulation& simulation) {
  constexpr std::uint64_t stretch = 1000;
  for (auto _ : state) {
    simulation.stop_after(simulation.events() + stretch);
    simulation.run_until(TimePoint::never());
  }
  count(state, stretch);
}

// --- Random numbers and statistics ---

void draw_exponential(benchmark::State& state) {
  sim::Stream random(1, 0, "micro", 0);
  for (auto _ : state) benchmark::DoNotOptimize(random.exponential());
  count(state, 1);
}
BENCHMARK(draw_exponential);

void draw_normal(benchmark::State& state) {
  sim::Stream random(1, 0, "micro", 0);
  for (auto _ : state) benchmark::DoNotOptimize(random.normal());
  count(state, 1);
}
BENCHMARK(draw_normal);

void draw_gamma(benchmark::State& state) {
  sim::Stream random(1, 0, "micro", 0);
  for (auto _ : state) benchmark::DoNotOptimize(random.gamma(0.25));
  count(state, 1);
}
BENCHMARK(draw_gamma);

template <class Statistic>
void add_observation(benchmark::State& state) {
  std::vector<double> observations(1024);
  sim::Stream random(1, 0, "micro", 0);
  for (double& observation : observations) observation = random.exponential();
  Statistic statistic;
  std::size_t at = 0;
  for (auto _ : state) statistic.add(observations[at++ & 1023]);
  benchmark::DoNotOptimize(statistic);
  count(state, 1);
}
BENCHMARK(add_observation<sim::Tally>);
BENCHMARK(add_observation<sim::Quantiles>);

void change_time_average(benchmark::State& state) {
  sim::TimeAverage average;
  TimePoint now;
  for (auto _ : state) {
    now = now + Duration{0.5};
    average.add(now, 1.0);
  }
  benchmark::DoNotOptimize(average);
  count(state, 1);
}
BENCHMARK(change_time_average);

// --- Events ---

void push_and_pop(benchmark::State& state) {
  sim::QuaternaryHeap events;
  sim::Stream random(1, 0, "micro", 0);
  std::uint64_t sequence = 0;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    events.push(sim::make_event({random.exponential()}, sim::make_stamp(++sequence, 0)));
  }
  for (auto _ : state) {
    const TimePoint now = sim::time_of(events.pop());
    events.push(sim::make_event(now + Duration{random.exponential()}, sim::make_stamp(++sequence, 0)));
  }
  count(state, 1);
}
BENCHMARK(push_and_pop)->RangeMultiplier(16)->Range(16, 1 << 20);

void put_off_a_timer(benchmark::State& state) {
  Simulation simulation;
  sim::Timer timer(
      simulation, [](void*) {}, nullptr);
  TimePoint due;
  for (auto _ : state) {
    due = due + Duration{1.0};
    timer.schedule(due);
  }
  count(state, 1);
}
BENCHMARK(put_off_a_timer);

// --- Coroutines ---

Process sleep_again(Simulation& simulation) {
  for (;;) co_await simulation.sleep(Duration{1.0});
}

void sleep(benchmark::State& state) {
  Simulation simulation;
  for (std::int64_t i = 0; i < state.range(0); ++i) sleep_again(simulation);
  run_events(state, simulation);
}
BENCHMARK(sleep)->Arg(1)->Arg(64)->Arg(4096);

Process sleep_once(Simulation& simulation) {
  co_await simulation.sleep(Duration{1.0});
}

void start_a_process(benchmark::State& state) {
  Simulation simulation;
  for (auto _ : state) {
    sleep_once(simulation);
    simulation.run_until(TimePoint::never());
  }
  count(state, 1);
}
BENCHMARK(start_a_process);

sim::Task sleep_in_a_task(Simulation& simulation) {
  co_await simulation.sleep(Duration{1.0});
}

Process call_again(Simulation& simulation) {
  for (;;) co_await sleep_in_a_task(simulation);
}

void call_a_task_that_sleeps(benchmark::State& state) {
  Simulation simulation;
  call_again(simulation);
  run_events(state, simulation);
}
BENCHMARK(call_a_task_that_sleeps);

Process pass_on(Simulation&, sim::Queue<int>& from, sim::Queue<int>& to) {
  for (;;) to.put(co_await from.take());
}

void pass_on_between_two_queues(benchmark::State& state) {
  Simulation simulation;
  sim::Queue<int> there(simulation);
  sim::Queue<int> back(simulation);
  pass_on(simulation, there, back);
  pass_on(simulation, back, there);
  there.put(1);
  run_events(state, simulation);
}
BENCHMARK(pass_on_between_two_queues);

Process take_turns(Simulation& simulation, sim::Pool& pool) {
  for (;;) {
    co_await pool.acquire();
    co_await simulation.sleep(Duration{1.0});
    pool.release();
  }
}

void take_turns_at_a_pool(benchmark::State& state) {
  Simulation simulation;
  sim::Pool pool(simulation, 1);
  for (std::int64_t i = 0; i < state.range(0); ++i) take_turns(simulation, pool);
  run_events(state, simulation);
}
BENCHMARK(take_turns_at_a_pool)->Arg(1)->Arg(8);

// --- Cores ---

Process compute_again(sim::SharedServer& server, sim::GroupId group, sim::Stream& random) {
  sim::Job job(server, group);
  for (;;) co_await job.use(Duration{0.01 * random.exponential()});
}

// Threads that always compute, dealt out over containers with or without a quota of 3, on 4 cores.
void compute(benchmark::State& state) {
  Simulation simulation;
  sim::SharedServer server(simulation, 4.0);
  sim::Stream random(1, 0, "micro", 0);
  std::vector<sim::GroupId> groups;
  const double quota = state.range(2) != 0 ? 3.0 : std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < state.range(1); ++i)
    groups.push_back(server.add_group({.quota_cores = quota}));
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    compute_again(server, groups[static_cast<std::size_t>(i) % groups.size()], random);
  }
  run_events(state, simulation);
}
BENCHMARK(compute)
    ->ArgNames({"threads", "containers", "quota"})
    ->Args({2, 1, 0})
    ->Args({8, 1, 0})
    ->Args({8, 1, 1})
    ->Args({64, 1, 0})
    ->Args({64, 64, 0})
    ->Args({1024, 1, 0})
    ->Args({1024, 64, 0})
    ->Args({1024, 64, 1});

}  // namespace

BENCHMARK_MAIN();
