// SPDX-License-Identifier: MIT
// What the engine is measured against: the same models by hand, as a heap of plain events and a switch.
// Nothing else: no processes, no cancelling, no checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/random/stream.hpp"
#include "tests/bench/bare_cores.hpp"
#include "tests/bench/bare_heap.hpp"
#include "tests/bench/models.hpp"
#include "tests/bench/stopwatch.hpp"

namespace bare {

// Mean time in the system of M/M/c.
inline double queue(std::uint64_t customers, std::uint32_t servers, std::uint64_t seed,
                    bench::Stopwatch& stopwatch) {
  sim::Stream arrivals(seed, 0, "arrivals", 0);
  sim::Stream services(seed, 0, "services", 0);
  enum Kind : std::uint32_t { arrival, departure };
  Heap heap;
  Queue<double> line;
  std::vector<double> in_service(servers);
  std::vector<std::uint32_t> idle;
  for (std::size_t i = servers; i > 0; --i) idle.push_back(static_cast<std::uint32_t>(i - 1));
  const double gap = 1.0 / (bench::load * servers);
  heap.push(gap * arrivals.exponential(), arrival);
  std::uint64_t done = 0;
  double total = 0.0;
  double now = 0.0;
  stopwatch.start();
  while (done < customers) {
    const std::uint32_t kind = heap.pop(now);
    switch (kind) {
      case arrival:
        heap.push(now + gap * arrivals.exponential(), arrival);
        if (idle.empty()) {
          line.push(now);
        } else {
          const std::uint32_t server = idle.back();
          idle.pop_back();
          in_service[server] = now;
          heap.push(now + services.exponential(), departure + server);
        }
        break;
      default: {
        const std::uint32_t server = kind - departure;
        total += now - in_service[server];
        ++done;
        if (line.size() > 0) {
          in_service[server] = line.pop();
          heap.push(now + services.exponential(), kind);
        } else {
          idle.push_back(server);
        }
      }
    }
  }
  stopwatch.stop();
  return total / static_cast<double>(done);
}

// Time that so many waits take.
inline double hold(std::uint64_t waits, std::uint32_t pending, std::uint64_t seed,
                   bench::Stopwatch& stopwatch) {
  sim::Stream random(seed, 0, "hold", 0);
  Heap heap;
  for (std::uint32_t i = 0; i < pending; ++i) heap.push(random.exponential(), i);
  double now = 0.0;
  stopwatch.start();
  for (std::uint64_t i = 0; i < waits; ++i) {
    const std::uint32_t thing = heap.pop(now);
    heap.push(now + random.exponential(), thing);
  }
  stopwatch.stop();
  return now;
}

// Time that so many repairs take.
inline double repair(std::uint64_t repairs, std::uint32_t machines, std::uint64_t seed,
                     bench::Stopwatch& stopwatch) {
  sim::Stream random(seed, 0, "repair", 0);
  enum Kind : std::uint32_t { breakdown, repaired };
  Heap heap;
  const double run_time = machines;
  for (std::uint32_t i = 0; i < machines; ++i) heap.push(run_time * random.exponential(), breakdown);
  std::uint64_t done = 0;
  std::uint32_t broken = 0;
  double now = 0.0;
  stopwatch.start();
  while (done < repairs) {
    switch (heap.pop(now)) {
      case breakdown:
        if (++broken > 1) continue;
        break;
      default:
        ++done;
        heap.push(now + run_time * random.exponential(), breakdown);
        if (--broken == 0) continue;
    }
    heap.push(now + random.exponential(), repaired);
  }
  stopwatch.stop();
  return now;
}

// Time that so many bursts take.
inline double sharing(std::uint64_t bursts, std::uint32_t jobs, std::uint64_t seed,
                      bench::Stopwatch& stopwatch) {
  sim::Stream random(seed, 0, "sharing", 0);
  constexpr std::uint32_t cpu_timer = 0xffffff;
  Heap heap;
  Cores cores(bench::sharing_cores, Cores::infinity, 1.0, cpu_timer);
  const double pause = bench::pause_per_job * jobs;
  for (std::uint32_t i = 0; i < jobs; ++i) heap.push(pause * random.exponential(), i);
  std::uint64_t done = 0;
  double now = 0.0;
  stopwatch.start();
  while (done < bursts) {
    const std::uint32_t kind = heap.pop(now);
    if (kind != cpu_timer) {
      cores.start(now, random.exponential(), kind);
    } else if (const auto job = cores.fire(now)) {
      ++done;
      heap.push(now + pause * random.exponential(), *job);
    }
    cores.plan(now, heap);
  }
  stopwatch.stop();
  return now;
}

}  // namespace bare
