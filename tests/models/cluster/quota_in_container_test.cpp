// SPDX-License-Identifier: MIT
// CPU limits and weights through the container model: threads that always compute, so that what a container uses is
// what it is allowed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/analytic/quota.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

// n processes that never wait, in a container with this limit, on a node with `cores`.
TrialParameters saturated(Count n, double limit, Count cores) {
  TrialParameters parameters = closed(profile({cpu(exponential(Duration{1e-3}))}), server("gunicorn_sync", n), 4 * n);
  parameters.container.limits.cpu = models::Cores{limit};
  parameters.node.cores = cores;
  return parameters;
}

models::Neighbour neighbour(Count threads, double requested_cores) {
  models::Neighbour result;
  result.name = "batch";
  result.threads = threads;
  result.requests.cpu = models::Cores{requested_cores};
  return result;
}

}  // namespace

TEST_CASE("A saturated container uses its quota q, runs q / n of each period and is stopped for the rest") {
  // n <= c threads spend q P in q P / n; then all stop for P (1 - q / n). Every period is cut short.
  for (const Count n : {2, 3, 4}) {
    for (const double limit : {0.5, 1.0, 1.5}) {
      const models::TrialResults results = simulate(saturated(n, limit, 4), 20.0, 1.0);
      const auto exact = models::analytic::quota_cycle(limit, Duration{0.1}, static_cast<std::size_t>(n), 4.0);
      CAPTURE(n);
      CAPTURE(limit);
      // A window is not a whole number of the container's periods: 2 / 200 of them at its ends.
      CHECK(of(results, Metric::cpu_used) == built::relative(limit, 0.01));
      CHECK(of(results, Metric::quota_utilization) == built::relative(1.0, 0.01));
      CHECK(of(results, Metric::throttled_time) == built::relative(exact.stopped.seconds / 0.1, 0.01));
      CHECK(of(results, Metric::throttled_periods) == built::relative(1.0, 0.01));
    }
  }
}

TEST_CASE("The quota is counted in the container's own period") {
  TrialParameters parameters = saturated(2, 1.0, 2);
  parameters.container.cpu_period = Duration{0.01};
  const double fine = of(simulate(parameters, 20.0), Metric::latency_p99);
  parameters.container.cpu_period = Duration{0.1};
  const double coarse = of(simulate(parameters, 20.0), Metric::latency_p99);
  // The stop of P / 2 is the comb in the tail: about 5 ms against 50.
  CHECK(fine < 0.03);
  CHECK(coarse > 0.05);
  CHECK(coarse < 0.08);
}

TEST_CASE("The p99 comb of a real throttled container: 2 processes, 1.02 ms, quota 1 of 2 cores, 8 connections") {
  // Measured 49-55 ms.
  TrialParameters parameters = closed(profile({cpu(distribution(Duration{1.02e-3}, models::Shape::lognormal, 0.1))}),
                                      server("gunicorn_sync", 2), 8);
  parameters.container.limits.cpu = models::Cores{1.0};
  const models::TrialResults results = simulate(parameters, 30.0, 2.0);
  CHECK(of(results, Metric::latency_p99) >= 0.049);
  CHECK(of(results, Metric::latency_p99) <= 0.055);
}

TEST_CASE("A quota of all cores stops nobody") {
  const models::TrialResults results = simulate(saturated(4, 2.0, 2), 10.0);
  CHECK(of(results, Metric::throttled_time) == 0.0);
  CHECK(of(results, Metric::cpu_used) == built::relative(2.0, 1e-6));
}

TEST_CASE("A neighbour of two threads and equal weight leaves exactly the quota of one core, and hardly throttles") {
  // Two cores, both containers want two: fair share 1.00 each = the quota, so the budget is spent at the boundary.
  TrialParameters parameters = saturated(2, 1.0, 2);
  parameters.node.neighbours.push_back(neighbour(2, 1.0));
  const models::TrialResults results = simulate(parameters, 20.0);
  CHECK(of(results, Metric::cpu_used) == built::relative(1.0, 1e-3));
  CHECK(of(results, Metric::throttled_periods) < 0.02);
  CHECK(of(results, Metric::throttled_time) < 0.001);
  CHECK(of(results, Metric::core_utilization) == built::relative(1.0, 1e-6));
}

TEST_CASE("Cores are shared by the weights of the requests") {
  // Weights under runc before 1.3.2: 3 cores -> 1 + floor(3070 * 9999 / 262142) = 118, 1 core -> 39.
  TrialParameters parameters = saturated(4, 1.0, 2);
  parameters.container.limits.cpu.reset();
  parameters.node.weight_rule = models::WeightRule::runc_before_1_3_2;
  for (const bool ours_is_heavier : {true, false}) {
    parameters.container.requests.cpu = models::Cores{ours_is_heavier ? 3.0 : 1.0};
    parameters.node.neighbours = {neighbour(4, ours_is_heavier ? 1.0 : 3.0)};
    const double share = (ours_is_heavier ? 118.0 : 39.0) / 157.0;
    CAPTURE(ours_is_heavier);
    CHECK(of(simulate(parameters, 10.0), Metric::cpu_used) == built::relative(2.0 * share, 1e-3));
  }
}

TEST_CASE("What a light neighbour leaves over goes to the others, whatever their weight") {
  // Max-min: the heavy neighbour has one thread, so it can use one core of four; we get the other three.
  TrialParameters parameters = saturated(8, 1.0, 4);
  parameters.container.limits.cpu.reset();
  parameters.container.requests.cpu = models::Cores{0.1};
  parameters.node.neighbours = {neighbour(1, 16.0)};
  CHECK(of(simulate(parameters, 10.0), Metric::cpu_used) == built::relative(3.0, 1e-3));
}

TEST_CASE("A cpuset bounds the cores of a container") {
  TrialParameters parameters = saturated(8, 8.0, 8);
  parameters.container.cpuset = 3;
  CHECK(of(simulate(parameters, 10.0), Metric::cpu_used) == built::relative(3.0, 1e-6));
}

TEST_CASE("Measured core scaling slows every busy core") {
  // Two busy cores do 1.8 of one's work: throughput of 1 ms requests is 1,800/s and CPU per request 1 / 0.9 ms.
  TrialParameters parameters = closed(profile({cpu(Duration{1e-3})}), server("gunicorn_sync", 2), 8);
  parameters.node.scaling = {1.0, 1.8};
  const models::TrialResults results = simulate(parameters, 10.0);
  CHECK(of(results, Metric::throughput) == built::relative(1800.0, 1e-3));
  CHECK(of(results, Metric::cpu_per_request) == built::relative(1e-3 / 0.9, 1e-3));
}

TEST_CASE("Unused quota may be saved up to the burst") {
  // Open load of pairs of 60 ms requests on two processes every 0.5 s, quota 1 in 100 ms: without a burst the pair
  // spends 100 ms in 50 ms and waits for the boundary; with 50 ms saved it finishes in 60 ms, always.
  TrialParameters parameters = trial(profile({cpu(Duration{0.06})}), server("gunicorn_sync", 2));
  parameters.service.load.trace = "pairs.csv";
  for (int i = 1; i <= 40; ++i) {
    for (int twin = 0; twin < 2; ++twin) parameters.service.load.trace_times.push_back(0.5 * i);
  }
  parameters.container.limits.cpu = models::Cores{1.0};
  parameters.container.cpu_period = Duration{0.1};
  parameters.container.cpu_burst = Duration{0.05};
  CHECK(of(simulate(parameters, 0.0), Metric::latency_p999) == built::relative(0.06, 0.005));
  parameters.container.cpu_burst = {};
  // The phase of the periods decides when in them a pair arrives; unless that is within 10 ms before half time, a
  // period ends in time, so compare over many replications: some are stopped.
  double worst = 0.0;
  for (std::uint64_t replication = 0; replication < 20; ++replication) {
    worst = std::max(worst, of(simulate(parameters, 0.0, 0.0, replication), Metric::latency_mean));
  }
  CHECK(worst > 0.08);
}
