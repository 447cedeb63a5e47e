// SPDX-License-Identifier: MIT
// What replicas and processes share: downstream pools, the node's cores, the balancer, and the requests themselves.
#include <doctest/doctest.h>

#include <string>

#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

TrialParameters pooled(models::PoolScope per, Count size, models::Deployment deployment) {
  TrialParameters parameters = closed(profile({wait(Duration{0.1}, true, "database")}), std::move(deployment), 64);
  models::Pool pool;
  pool.name = "database";
  pool.per = per;
  pool.size = size;
  parameters.pools.push_back(pool);
  return parameters;
}

// Pairs of arrivals every 0.2 s for two replicas with one worker each, S = 0.15 s.
TrialParameters two_replicas(models::Balancer balancer) {
  TrialParameters parameters = trial(profile({wait(Duration{0.15})}), server("gunicorn_sync", 1));
  parameters.service.load.trace = "pairs.csv";
  for (int i = 1; i <= 500; ++i) {
    parameters.service.load.trace_times.push_back(0.2 * i);
    parameters.service.load.trace_times.push_back(0.2 * i + 0.01);
  }
  parameters.service.balancer = balancer;
  parameters.replicas = 2;
  return parameters;
}

}  // namespace

TEST_CASE("A pool of k tokens lets X = k / S through, by process, by thread, by container and for the service") {
  using models::PoolScope;
  struct Row {
    PoolScope per;
    Count size;
    double tokens;  // of 2 processes x 4 threads
  };
  for (const Row row : {Row{PoolScope::process, 3, 6.0}, Row{PoolScope::container, 3, 3.0},
                        Row{PoolScope::service, 3, 3.0}, Row{PoolScope::thread, 1, 8.0}}) {
    CAPTURE(static_cast<int>(row.per));
    TrialParameters parameters = pooled(row.per, row.size, server("gunicorn_gthread", 2, 4));
    parameters.service.connection_split = {32, 32};
    const auto results = simulate(parameters, 20.0, 1.05);  // the rounds end at multiples of 0.1 s
    CHECK(of(results, Metric::throughput) == relative(row.tokens / 0.1, 1e-9));
    // Every one of 8 threads is in the pool's queue or holds a token: W = 8 / X - S.
    const double expected = 8.0 / (row.tokens / 0.1) - 0.1;
    CHECK(of(results, Metric::pool_wait) <= expected + 0.001);
    CHECK(of(results, Metric::pool_wait) >= expected - 0.001);
  }
}

TEST_CASE("The database's own limit holds over all pools of the service") {
  TrialParameters parameters = pooled(models::PoolScope::process, 4, server("uvicorn", 2));
  parameters.replicas = 2;
  parameters.pools.front().max = 5;
  CHECK(of(simulate(parameters, 20.0, 1.05), Metric::throughput) == relative(50.0, 1e-9));
}

TEST_CASE("Tokens of a killed process go back to the service") {
  // The only process is killed with all tokens in hand; its successor must find them.
  TrialParameters parameters = pooled(models::PoolScope::service, 4, server("gunicorn_gthread", 1, 4));
  parameters.profile.memory.process = models::assumed(Bytes{100e6});
  parameters.profile.memory.growth = models::assumed(Bytes{1e6});
  parameters.container.limits.memory = Bytes{200e6};
  parameters.container.oom = models::OomRule::process;
  const auto results = simulate(parameters, 60.0);
  CHECK(of(results, Metric::oom_kills) > 5.0);
  CHECK(of(results, Metric::killed) > 5.0);
  CHECK(of(results, Metric::throughput) > 30.0);
}

TEST_CASE("Replicas share the cores of their node") {
  TrialParameters parameters = closed(profile({cpu(Duration{1e-3})}), server("gunicorn_sync", 2), 32);
  for (const Count replicas : {1, 2, 4}) {
    parameters.replicas = replicas;
    parameters.service.balancer = models::Balancer::round_robin;
    CAPTURE(replicas);
    CHECK(of(simulate(parameters, 10.0), Metric::throughput) == relative(2000.0, 2e-3));
  }
}

TEST_CASE("Each replica has a quota of its own") {
  // Connections that stay: each replica always has 16 of them to work for.
  TrialParameters parameters = closed(profile({cpu(exponential(Duration{1e-3}))}), server("pool", 2), 48);
  parameters.node.cores = 8;
  parameters.container.limits.cpu = models::Cores{0.5};
  parameters.replicas = 3;
  parameters.service.balancer = models::Balancer::round_robin;
  const auto results = simulate(parameters, 20.0);
  CHECK(of(results, Metric::cpu_used) == relative(1.5, 0.01));
  CHECK(of(results, Metric::quota_utilization) == relative(1.0, 0.01));
}

TEST_CASE("Round robin and least request never queue where taking turns suffices, random does") {
  CHECK(of(simulate(two_replicas(models::Balancer::round_robin), 0.0), Metric::worker_wait) == 0.0);
  CHECK(of(simulate(two_replicas(models::Balancer::least_request), 0.0), Metric::worker_wait) == 0.0);
  // At random half of the pairs fall on one replica: the second of them waits 0.14 s, and 0.1 s of its work are left
  // when the next pair comes.
  CHECK(of(simulate(two_replicas(models::Balancer::random), 0.0), Metric::worker_wait) > 0.14 / 4.0);
}

TEST_CASE("Least request counts the requests that wait as well") {
  // Four at 10 ms from each other on two replicas: two each, so each of the later pair waits 0.15 - 0.02 s.
  TrialParameters parameters = two_replicas(models::Balancer::least_request);
  parameters.service.load.trace_times = {0.0, 0.01, 0.02, 0.03};
  CHECK(of(simulate(parameters, 0.0), Metric::worker_wait) == relative(0.13 / 2.0, 1e-6));
}

TEST_CASE("Eight processes and eight threads see the same requests") {
  // Demands belong to the task, not to the worker: the CPU time of a batch is the same to rounding.
  TrialParameters parameters = trial(free_threaded({cpu(exponential(Duration{5e-3}))}), runtime("processes", 8));
  parameters.service.load.tasks = 500;
  const double processes = of(simulate(parameters, 0.0), Metric::cpu_per_request);
  parameters.deployment = runtime("free_threads", 1, 8);
  CHECK(of(simulate(parameters, 0.0), Metric::cpu_per_request) == relative(processes, 1e-9));
}

TEST_CASE("A batch on c cores lasts as long as its work, divided by c, to one task at the end") {
  TrialParameters parameters = trial(free_threaded({cpu(Duration{0.01})}), runtime("free_threads", 1, 4));
  parameters.service.load.tasks = 1001;
  parameters.node.cores = 4;
  const auto results = simulate(parameters, 0.0);
  CHECK(of(results, Metric::makespan) == relative(2.5 + 0.01, 1e-6));
  CHECK(of(results, Metric::throughput) == relative(1001.0 / 2.51, 1e-6));
}

TEST_CASE("A mix runs its kernels by their weights") {
  // 3 : 1 of 1 ms and 5 ms: 2 ms on average. 40,000 requests: sd of the mean 1.7 ms / 200.
  Profile two = profile({cpu(Duration{1e-3})});
  two.kernels.push_back(kernel("heavy", {cpu(Duration{5e-3})}));
  TrialParameters parameters = closed(two, server("gunicorn_sync", 2), 2);
  parameters.service.mix = {{"request", 3.0}, {"heavy", 1.0}};
  CHECK(of(simulate(parameters, 40.0), Metric::cpu_per_request) == relative(2e-3, 4.0 * 1.73 / 2.0 / 200.0));
}
