// SPDX-License-Identifier: MIT
// The models in the engine's public style: a coroutine for everything that lives. `begin` is called when a
// model is set up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/pool.hpp"
#include "sim/resource/queue.hpp"
#include "sim/resource/shared_server.hpp"
#include "tests/bench/models.hpp"
#include "tests/bench/stopwatch.hpp"

namespace coroutines {

using sim::Duration;
using sim::Process;
using sim::Simulation;
using sim::TimePoint;

// Counts down what is to be done and then stops the simulation.
struct Countdown {
  std::uint64_t left;
  void done(Simulation& simulation) {
    if (--left == 0) simulation.stop();
  }
};

inline Process arrive(Simulation& simulation, sim::Queue<TimePoint>& line, sim::Stream& random,
                      Duration gap) {
  for (;;) {
    co_await simulation.sleep(gap * random.exponential());
    line.put(simulation.now());
  }
}

inline Process serve(Simulation& simulation, sim::Queue<TimePoint>& line, sim::Stream& random,
                     Duration& total, Countdown& customers) {
  for (;;) {
    const TimePoint arrived = co_await line.take();
    co_await simulation.sleep(Duration{random.exponential()});
    total += simulation.now() - arrived;
    customers.done(simulation);
  }
}

inline double queue(std::uint64_t customers, std::uint32_t servers, std::uint64_t seed,
                    bench::Stopwatch& stopwatch) {
  Simulation simulation;
  sim::Queue<TimePoint> line(simulation);
  sim::Stream arrivals(seed, 0, "arrivals", 0);
  sim::Stream services(seed, 0, "services", 0);
  Duration total;
  Countdown countdown{customers};
  arrive(simulation, line, arrivals, Duration{1.0 / (bench::load * servers)});
  for (std::size_t i = 0; i < servers; ++i) serve(simulation, line, services, total, countdown);
  stopwatch.start();
  simulation.run_until(TimePoint::never());
  stopwatch.stop();
  return total.seconds / static_cast<double>(customers);
}

inline Process wait_again(Simulation& simulation, sim::Stream& random, Countdown& waits) {
  for (;;) {
    co_await simulation.sleep(Duration{random.exponential()});
    waits.done(simulation);
  }
}

inline double hold(std::uint64_t waits, std::uint32_t pending, std::uint64_t seed,
                   bench::Stopwatch& stopwatch) {
  Simulation simulation;
  sim::Stream random(seed, 0, "hold", 0);
  Countdown countdown{waits};
  for (std::uint32_t i = 0; i < pending; ++i) wait_again(simulation, random, countdown);
  stopwatch.start();
  simulation.run_until(TimePoint::never());
  stopwatch.stop();
  return simulation.now().seconds;
}

inline Process run_and_break(Simulation& simulation, sim::Pool& repairman, Duration run_time,
                             sim::Stream& random, Countdown& repairs) {
  for (;;) {
    co_await simulation.sleep(run_time * random.exponential());
    co_await repairman.acquire();
    co_await simulation.sleep(Duration{random.exponential()});
    repairman.release();
    repairs.done(simulation);
  }
}

inline double repair(std::uint64_t repairs, std::uint32_t machines, std::uint64_t seed,
                     bench::Stopwatch& stopwatch) {
  Simulation simulation;
  sim::Pool repairman(simulation, 1);
  sim::Stream random(seed, 0, "repair", 0);
  Countdown countdown{repairs};
  for (std::uint32_t i = 0; i < machines; ++i) {
    run_and_break(simulation, repairman, Duration{static_cast<double>(machines)}, random, countdown);
  }
  stopwatch.start();
  simulation.run_until(TimePoint::never());
  stopwatch.stop();
  return simulation.now().seconds;
}

inline Process pause_and_compute(sim::SharedServer& cores, sim::GroupId group, Duration pause,
                                 sim::Stream& random, Countdown& bursts) {
  sim::Job job(cores, group);
  for (;;) {
    co_await cores.simulation().sleep(pause * random.exponential());
    co_await job.use(Duration{random.exponential()});
    bursts.done(cores.simulation());
  }
}

inline double sharing(std::uint64_t bursts, std::uint32_t jobs, std::uint64_t seed,
                      bench::Stopwatch& stopwatch) {
  Simulation simulation;
  sim::SharedServer cores(simulation, bench::sharing_cores);
  const sim::GroupId group = cores.add_group({});
  sim::Stream random(seed, 0, "sharing", 0);
  Countdown countdown{bursts};
  const Duration pause{bench::pause_per_job * jobs};
  for (std::uint32_t i = 0; i < jobs; ++i) pause_and_compute(cores, group, pause, random, countdown);
  stopwatch.start();
  simulation.run_until(TimePoint::never());
  stopwatch.stop();
  return simulation.now().seconds;
}

}  // namespace coroutines
