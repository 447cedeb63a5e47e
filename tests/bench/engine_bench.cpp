// SPDX-License-Identifier: MIT
// Speed of the engine in its public style, beside the bare loop. Variants take turns, because machines drift;
// the median of the rounds counts. Prints nanoseconds of processor time a customer, event or burst.
//
//   engine_bench [ROUNDS]     9 unless told
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/queue.hpp"
#include "sim/resource/shared_server.hpp"
#include "sim/stats/median.hpp"
#include "tests/bench/bare_loop.hpp"
#include "tests/bench/processor_time.hpp"

namespace {

using bench::processor_seconds;
using sim::Duration;
using sim::Process;
using sim::Simulation;
using sim::TimePoint;

struct Customers {
  std::uint64_t wanted;
  std::uint64_t done = 0;
  double total = 0.0;
};

Process arrive(Simulation& simulation, sim::Queue<TimePoint>& line, Duration gap) {
  sim::Stream random(1, 0, "arrivals", 0);
  for (;;) {
    co_await simulation.sleep(gap * random.exponential());
    line.put(simulation.now());
  }
}

Process serve(Simulation& simulation, sim::Queue<TimePoint>& line, sim::Stream& random,
              Customers& customers) {
  for (;;) {
    const TimePoint arrived = co_await line.take();
    co_await simulation.sleep(Duration{random.exponential()});
    customers.total += (simulation.now() - arrived).seconds;
    if (++customers.done == customers.wanted) simulation.stop();
  }
}

double queue(std::uint64_t wanted, std::size_t servers, double load) {
  Simulation simulation;
  sim::Queue<TimePoint> line(simulation);
  sim::Stream services(1, 0, "services", 0);
  Customers customers{wanted};
  arrive(simulation, line, Duration{1.0 / (load * static_cast<double>(servers))});
  for (std::size_t i = 0; i < servers; ++i) serve(simulation, line, services, customers);
  simulation.run_until(TimePoint::never());
  return customers.total / static_cast<double>(customers.done);
}

Process wait_again(Simulation& simulation, sim::Stream& random, std::uint64_t& left) {
  for (;;) {
    co_await simulation.sleep(Duration{random.exponential()});
    if (--left == 0) simulation.stop();
  }
}

double hold(std::uint64_t events, std::uint32_t pending) {
  Simulation simulation;
  sim::Stream random(1, 0, "hold", 0);
  std::uint64_t left = events;
  for (std::uint32_t i = 0; i < pending; ++i) wait_again(simulation, random, left);
  simulation.run_until(TimePoint::never());
  return simulation.now().seconds;
}

Process burst_again(sim::SharedServer& server, sim::GroupId group, sim::Stream& random, std::uint64_t& left) {
  sim::Job job(server, group);
  for (;;) {
    co_await job.use(Duration{0.01 * random.exponential()});
    if (--left == 0) server.simulation().stop();
  }
}

// `jobs` threads that always compute, dealt out over `groups` containers, on 4 cores.
double bursts(std::uint64_t count, std::size_t jobs, std::size_t groups, double quota) {
  Simulation simulation;
  sim::SharedServer server(simulation, 4.0);
  sim::Stream random(1, 0, "bursts", 0);
  std::vector<sim::GroupId> ids;
  for (std::size_t i = 0; i < groups; ++i) ids.push_back(server.add_group({.quota_cores = quota}));
  std::uint64_t left = count;
  for (std::size_t i = 0; i < jobs; ++i) burst_again(server, ids[i % groups], random, left);
  simulation.run_until(TimePoint::never());
  return simulation.now().seconds;
}

struct Variant {
  std::string name;
  std::function<double()> run;
  std::vector<double> nanoseconds;
};

// The first variant is what the others are compared with.
void compare(const char* title, std::uint64_t operations, int rounds, std::vector<Variant> variants) {
  for (int round = 0; round < rounds; ++round) {
    for (Variant& variant : variants) {
      const double start = processor_seconds();
      const double result = variant.run();
      variant.nanoseconds.push_back((processor_seconds() - start) * 1e9 / static_cast<double>(operations));
      if (!(result > 0.0)) std::abort();
    }
  }
  const double first = sim::median(variants.front().nanoseconds);
  for (const Variant& variant : variants) {
    const double middle = sim::median(variant.nanoseconds);
    std::printf("%-28s %-12s %8.1f ns  %5.2fx\n", title, variant.name.c_str(), middle, middle / first);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 9;
  for (const auto& [servers, title] :
       {std::pair{1u, "M/M/1 at 0.8, a customer"}, {8u, "M/M/8 at 0.8, a customer"}}) {
    const std::uint64_t customers = 1'000'000;
    compare(title, customers, rounds,
            {{"bare", [=] { return bare::queue(customers, servers, 0.8); }, {}},
             {"processes", [=] { return queue(customers, servers, 0.8); }, {}}});
  }
  for (const std::uint32_t pending : {100u, 10'000u, 1'000'000u}) {
    const std::uint64_t events = std::max(1'000'000u, 2 * pending);
    const std::string title = "hold with " + std::to_string(pending);
    compare(title.c_str(), events, rounds,
            {{"bare", [=] { return bare::hold(events, pending); }, {}},
             {"processes", [=] { return hold(events, pending); }, {}}});
  }
  const std::uint64_t count_of_bursts = 300'000;
  const double none = std::numeric_limits<double>::infinity();
  for (const std::size_t jobs : {2u, 8u, 64u, 1024u}) {
    const std::string title = "bursts of " + std::to_string(jobs) + " jobs";
    compare(title.c_str(), count_of_bursts, rounds,
            {{"1 group", [=] { return bursts(count_of_bursts, jobs, 1, none); }, {}},
             {"quota 3", [=] { return bursts(count_of_bursts, jobs, 1, 3.0); }, {}},
             {"2 groups", [=] { return bursts(count_of_bursts, jobs, 2, none); }, {}},
             {"64 groups", [=] { return bursts(count_of_bursts, jobs, 64, none); }, {}}});
  }
}
