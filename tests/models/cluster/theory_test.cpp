// SPDX-License-Identifier: MIT
// Queueing theory through the whole container model: clients, accepting, workers, lock and cores. With one fixed seed
// the exact value lies inside the 99.9 % interval of 24 replications; each begins with a warm-up of many relaxation
// times.
#include <doctest/doctest.h>

#include <vector>

#include "models/analytic/machine_repair.hpp"
#include "models/analytic/mg1.hpp"
#include "models/analytic/mmc.hpp"
#include "models/analytic/mva.hpp"
#include "sim/stats/confidence.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

struct Exact {
  Metric metric;
  double value;
};

void check_exact(const TrialParameters& parameters, double warm_up, double length, const std::vector<Exact>& exact,
                 std::uint64_t replications = 24) {
  std::vector<std::vector<double>> values(exact.size());
  for (std::uint64_t replication = 0; replication < replications; ++replication) {
    const auto results = simulate(parameters, length, warm_up, replication);
    for (std::size_t i = 0; i < exact.size(); ++i) values[i].push_back(of(results, exact[i].metric));
  }
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const sim::Interval interval = sim::t_interval(values[i], 0.999);
    CAPTURE(models::info(exact[i].metric).name);
    CAPTURE(exact[i].value);
    CAPTURE(interval.mean);
    CAPTURE(interval.half_width);
    CHECK(interval.contains(exact[i].value));
    CHECK(interval.half_width < 0.05 * exact[i].value);  // an interval that contains anything proves nothing
  }
}

const Duration ten_ms{0.01};

TrialParameters mmc(Count servers, double utilization) {
  TrialParameters parameters = open(profile({cpu(exponential(ten_ms))}), server("pool", servers),
                                    utilization * static_cast<double>(servers) / ten_ms.seconds);
  parameters.node.cores = servers;
  return parameters;
}

std::vector<Exact> exact_mmc(const TrialParameters& parameters) {
  const models::analytic::MultiServerQueue queue{static_cast<std::size_t>(parameters.deployment.processes),
                                                 parameters.service.load.open->per_second, ten_ms};
  return {{Metric::latency_mean, queue.mean_response().seconds},
          {Metric::worker_wait, queue.mean_wait().seconds},
          {Metric::core_utilization, queue.utilization()}};
}

TrialParameters repair(Count threads, Count cores) {
  TrialParameters parameters = closed(profile({lock(exponential(Duration{1e-3}))}), server("pool", 1, threads), threads,
                                      Duration{5e-3});
  parameters.node.cores = cores;
  return parameters;
}

}  // namespace

TEST_CASE("c processes of one shared queue on c cores are M/M/c") {
  for (const Count servers : {1, 2, 8}) {
    CAPTURE(servers);
    const TrialParameters parameters = mmc(servers, 0.8);
    check_exact(parameters, 10.0, 100.0 + 900.0 / static_cast<double>(servers), exact_mmc(parameters));
  }
}

TEST_CASE("Threads that share an interpreter lock at no cost are the machine-repair model") {
  // N threads think 5 ms and need the lock for 1 ms, both exponential: M/M/1//N, whatever the number of cores and
  // whoever gets the lock next.
  for (const Count cores : {1, 4}) {
    for (const Count threads : {3, 10}) {
      CAPTURE(cores);
      CAPTURE(threads);
      const auto exact =
          models::analytic::machine_repair(1, static_cast<std::size_t>(threads), Duration{5e-3}, Duration{1e-3});
      check_exact(repair(threads, cores), 1.0, 20.0,
                  {{Metric::throughput, exact.throughput},
                   {Metric::latency_mean, exact.response.seconds},
                   {Metric::lock_wait, exact.response.seconds - 1e-3},
                   {Metric::lock_utilization, exact.throughput * 1e-3}});
    }
  }
}

TEST_CASE("Free threads on one core are M/G/1 with processor sharing: only the mean of the work counts") {
  for (const double scv : {0.3, 4.0}) {
    CAPTURE(scv);
    const models::analytic::SingleServerQueue queue{700.0, Duration{1e-3}, scv};
    TrialParameters parameters = open(free_threaded({cpu(distribution(Duration{1e-3}, models::Shape::lognormal, scv))}),
                                      server("pool", 1, 200), 700.0);
    parameters.node.cores = 1;
    check_exact(parameters, 5.0, 60.0, {{Metric::latency_mean, queue.sharing_response().seconds}});
  }
}

TEST_CASE("Processes with a CPU burst and a wait on one core are a closed network of exact mean value analysis") {
  // One shared core (any law), a wait of 20 ms (a delay, like thinking) and 16 connections on 16 processes.
  const std::vector<Duration> demands{Duration{2e-3}};
  const auto exact = models::analytic::mean_value_analysis(demands, 16, Duration{20e-3});
  TrialParameters parameters = closed(
      profile({cpu(distribution(Duration{2e-3}, models::Shape::lognormal, 2.0)), wait(exponential(Duration{20e-3}))}),
      server("gunicorn_sync", 16), 16);
  parameters.node.cores = 1;
  check_exact(parameters, 2.0, 60.0,
              {{Metric::throughput, exact.throughput},
               {Metric::latency_mean, exact.response.seconds + 20e-3},
               {Metric::core_utilization, exact.throughput * 2e-3}});
}

TEST_CASE("Connections of eager processes split the queue: each process is an M/M/1 of its own") {
  // A new connection per request goes to a process at random; both are never idle for the other's sake unless idle
  // processes accept first, which the poller rule does: so at high load pooled < simulated < split.
  TrialParameters parameters = open(profile({cpu(exponential(ten_ms))}), server("granian", 2, 1), 160.0);
  parameters.service.keep_alive = false;
  parameters.profile.lock.present = false;
  const models::analytic::MultiServerQueue pooled{2, 160.0, ten_ms};
  const double found = of(simulate(parameters, 500.0, 10.0), Metric::latency_mean);
  CHECK(found > 1.05 * pooled.mean_response().seconds);
  CHECK(found < 0.95 * pooled.one_of_split().mean_response().seconds);
}

TEST_SUITE("slow") {
  TEST_CASE("Over 100 seeds the 95 % interval of a container covers the exact M/M/2 and the exact lock as promised") {
    // 3 sigma = 3 sqrt(.95 .05 / 100) = 6.5 %, so at least 88.5.
    const auto covered = [](TrialParameters parameters, double warm_up, double length, const Exact& exact) {
      int count = 0;
      for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        parameters.seed = seed;
        std::vector<double> values;
        for (std::uint64_t replication = 0; replication < 10; ++replication) {
          values.push_back(of(simulate(parameters, length, warm_up, replication), exact.metric));
        }
        count += sim::t_interval(values, 0.95).contains(exact.value) ? 1 : 0;
      }
      return count;
    };
    const TrialParameters two = mmc(2, 0.7);
    const int queue = covered(two, 5.0, 60.0, exact_mmc(two).front());
    CHECK(queue >= 89);
    const auto exact = models::analytic::machine_repair(1, 6, Duration{5e-3}, Duration{1e-3});
    const int lock = covered(repair(6, 2), 1.0, 10.0, {Metric::throughput, exact.throughput});
    CHECK(lock >= 89);
  }
}
