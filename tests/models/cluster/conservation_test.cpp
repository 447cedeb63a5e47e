// SPDX-License-Identifier: MIT
// Every request that arrives is completed, refused, timed out, killed or still there. The ledger aborts the run when
// the books do not balance, so each case here need only provoke an outcome, see it counted, and count it by hand where
// constant times allow.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

TrialParameters metronome(Profile profile, models::Deployment deployment, double rate) {
  TrialParameters parameters = open(std::move(profile), std::move(deployment), rate);
  parameters.service.load.arrivals = models::ArrivalProcess::deterministic;
  return parameters;
}

double lost(const models::TrialResults& results) {
  return of(results, Metric::refused) + of(results, Metric::timed_out) + of(results, Metric::killed);
}

}  // namespace

TEST_CASE("What does not fit into the backlog is refused") {
  // One worker, S = 1/4 s, 16 arrivals a second, 2 may queue: 4/s are served, 12/s refused.
  TrialParameters parameters = metronome(profile({wait(Duration{0.25})}), server("gunicorn_sync", 1), 16.0);
  parameters.deployment.backlog = 2;
  const auto results = simulate(parameters, 100.0, 10.0);
  CHECK(of(results, Metric::throughput) == built::relative(4.0, 1e-9));
  CHECK(of(results, Metric::refused) == built::relative(1200.0, 1e-3));
  CHECK(of(results, Metric::error_rate) == built::relative(0.75, 1e-3));
  CHECK(of(results, Metric::timed_out) == 0.0);
  // Served one by one behind two: 3 S, less the time until the backlog has room, at most an arrival's gap.
  CHECK(of(results, Metric::latency_mean) <= 0.75);
  CHECK(of(results, Metric::latency_mean) >= 0.75 - 1.0 / 16.0);
}

TEST_CASE("An eager server refuses when its connections and its backlog are full") {
  TrialParameters parameters = metronome(profile({wait(Duration{0.25})}), server("gunicorn_gthread", 1, 1), 16.0);
  parameters.service.keep_alive = false;
  parameters.deployment.worker_connections = 2;
  parameters.deployment.backlog = 1;
  const auto results = simulate(parameters, 100.0, 10.0);
  CHECK(of(results, Metric::throughput) == built::relative(4.0, 1e-9));
  CHECK(of(results, Metric::refused) == built::relative(1200.0, 1e-3));
}

TEST_CASE("A retry after a refusal is the same request: it counts once") {
  TrialParameters parameters = metronome(profile({wait(Duration{0.25})}), server("gunicorn_sync", 1), 16.0);
  parameters.deployment.backlog = 2;
  parameters.service.retries = 3;
  parameters.service.network = Duration{1e-3};
  const auto results = simulate(parameters, 100.0, 10.0);
  CHECK(of(results, Metric::throughput) == built::relative(4.0, 1e-9));
  CHECK(lost(results) == built::relative(1200.0, 1e-3));
}

TEST_CASE("Clients give up after the timeout, and the server goes on with what nobody waits for") {
  // S = 1 s against a timeout of 0.5 s, load 0.5/s on one worker: every request is lost at 0.5 s, the worker is busy
  // half of the time.
  TrialParameters parameters = metronome(profile({wait(Duration{1.0})}), server("gunicorn_sync", 1), 0.5);
  parameters.service.timeout = Duration{0.5};
  const auto results = simulate(parameters, 100.0, 10.0);
  CHECK(of(results, Metric::throughput) == 0.0);
  CHECK(of(results, Metric::timed_out) == 50.0);
  CHECK(of(results, Metric::error_rate) == 1.0);
  CHECK(of(results, Metric::worker_utilization) == built::relative(0.5, 1e-9));
  CHECK(std::isnan(of(results, Metric::latency_mean)));
}

TEST_CASE("A retry after a timeout is more load for the server and one request for the books") {
  TrialParameters parameters = metronome(profile({wait(Duration{1.0})}), server("gunicorn_sync", 4), 0.5);
  parameters.service.timeout = Duration{0.5};
  parameters.service.retries = 2;
  const auto results = simulate(parameters, 100.0, 10.0);
  CHECK(of(results, Metric::timed_out) == 50.0);
  // Three attempts of 1 s each for every request: 1.5 workers of 4.
  CHECK(of(results, Metric::worker_utilization) == built::relative(1.5 / 4.0, 1e-9));
}

TEST_CASE("A timeout, the answer and the next arrival may fall on the same instant") {
  // All times are multiples of 1/8 s, so they meet exactly: the request is lost or completed, never both or neither.
  for (const char* name : {"gunicorn_sync", "gunicorn_gthread", "uvicorn", "go_http"}) {
    for (const Count retries : {0, 2}) {
      TrialParameters parameters = metronome(profile({wait(Duration{0.25}, true)}), server(name, 8, 4), 8.0);
      parameters.service.timeout = Duration{0.25};
      parameters.service.retries = retries;
      CAPTURE(name);
      CAPTURE(retries);
      const auto results = simulate(parameters, 100.0, 10.0);
      const double all = of(results, Metric::throughput) * 100.0 + lost(results);
      CHECK(all == built::relative(800.0, 5e-3));
    }
  }
}

TEST_CASE("An answer that comes while the client's goodbye is on its way confuses nobody") {
  // Timeout 10 ms, then 5 ms of network during which the server finishes and takes up the next requests.
  for (const Count retries : {0, 1}) {
    TrialParameters parameters =
        open(profile({wait(exponential(Duration{12e-3}))}), server("gunicorn_gthread", 2, 8), 400.0);
    parameters.service.timeout = Duration{10e-3};
    parameters.service.network = Duration{10e-3};
    parameters.service.retries = retries;
    CAPTURE(retries);
    const auto results = simulate(parameters, 50.0, 1.0);
    CHECK(of(results, Metric::timed_out) > 1000.0);
    CHECK(of(results, Metric::throughput) > 100.0);
    CHECK(of(results, Metric::throughput) * 50.0 + lost(results) == built::relative(20'000.0, 0.03));
  }
}

TEST_CASE("Without queues a timeout cuts the service law: P(timed out) = exp(-t / S)") {
  // 200 free threads, exponential wait of 20 ms, timeout 30 ms: exp(-1.5) = 22.3 % are lost. 80,000 requests: 4 sigma
  // of a share are 0.6 %.
  TrialParameters parameters =
      open(profile({wait(exponential(Duration{0.02}))}), server("native_threads", 1, 200), 400.0);
  parameters.service.timeout = Duration{0.03};
  const auto results = simulate(parameters, 200.0, 1.0);
  CHECK(std::abs(of(results, Metric::error_rate) - std::exp(-1.5)) < 0.006);
  // Mean of what is answered: S - t e^(-t/S) / (1 - e^(-t/S)) = 11.39 ms.
  const double mean = 0.02 - 0.03 * std::exp(-1.5) / (1.0 - std::exp(-1.5));
  CHECK(of(results, Metric::latency_mean) == built::relative(mean, 0.02));
}

TEST_CASE("Everything that can go wrong at once still balances") {
  for (const char* name : {"gunicorn_sync", "gunicorn_gthread", "uvicorn", "node_cluster", "go_http", "granian", "pool"}) {
    for (const models::OomRule oom : {models::OomRule::process, models::OomRule::group}) {
      for (const bool keep_alive : {true, false}) {
        Profile leaking = with_measured_lock(profile({lock(exponential(Duration{2e-3}), 3.0), wait(exponential(Duration{0.02})),
                                                      cpu(exponential(Duration{1e-3}))}));
        leaking.memory.process = models::assumed(Bytes{40e6});
        leaking.memory.growth = models::assumed(Bytes{40e3});
        leaking.memory.request = models::assumed(Bytes{1e6});
        leaking.spawn.cpu = models::assumed(Duration{0.2});
        leaking.accept.stickiness = models::assumed(models::Fraction{0.5});
        leaking.accept.wakeup_cpu = models::assumed(Duration{10e-6});
        leaking.accept.connection_cpu = models::assumed(Duration{100e-6});
        leaking.accept.primary_cpu = models::assumed(Duration{50e-6});
        TrialParameters parameters = open(leaking, server(name, 2, 4), 300.0);
        parameters.replicas = 2;
        parameters.service.balancer = models::Balancer::least_request;
        parameters.service.keep_alive = keep_alive;
        parameters.service.timeout = Duration{0.15};
        parameters.service.retries = 1;
        parameters.service.network = Duration{1e-3};
        parameters.service.client.cpu = Duration{50e-6};
        parameters.container.limits.cpu = models::Cores{0.6};
        parameters.container.limits.memory = Bytes{130e6};
        parameters.container.oom = oom;
        parameters.deployment.max_requests = 400;
        parameters.deployment.max_requests_jitter = 100;
        parameters.deployment.worker_connections = 12;
        parameters.deployment.backlog = 8;
        CAPTURE(name);
        CAPTURE(keep_alive);
        const auto results = simulate(parameters, 60.0, 5.0);
        CHECK(of(results, Metric::throughput) > 0.0);
        CHECK(of(results, Metric::timed_out) + of(results, Metric::refused) > 0.0);
        CHECK(of(results, Metric::error_rate) < 1.0);
      }
    }
  }
}
