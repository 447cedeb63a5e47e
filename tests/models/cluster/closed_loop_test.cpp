// SPDX-License-Identifier: MIT
// Closed loops through the whole container: what must come out exactly.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

double little(const models::TrialResults& results, double connections) {
  return of(results, Metric::throughput) * of(results, Metric::latency_mean) / connections;
}

}  // namespace

TEST_CASE("A closed loop holds throughput x mean latency = connections under every server and runtime") {
  std::vector<models::Deployment> deployments;
  for (const models::ServerInfo& info : models::servers()) deployments.push_back(server(std::string(info.name), 2, 4));
  for (const models::RuntimeInfo& info : models::runtimes()) deployments.push_back(runtime(std::string(info.name), 2, 4));
  for (const models::Deployment& deployment : deployments) {
    for (const bool lock_present : {true, false}) {
      for (const bool keep_alive : {true, false}) {
        Profile measured = with_measured_lock(profile({lock(distribution(Duration{1e-3}, models::Shape::lognormal, 0.5), 5.0),
                                                       wait(Duration{5e-3}, true), lock(Duration{0.3e-3}, 2.0)}));
        measured.lock.present = lock_present;
        measured.accept.connection_cpu = models::assumed(Duration{100e-6});
        measured.accept.wakeup_cpu = models::assumed(Duration{5e-6});
        TrialParameters parameters = closed(measured, deployment, 24);
        parameters.service.keep_alive = keep_alive;
        CAPTURE(deployment.name);
        CAPTURE(lock_present);
        CAPTURE(keep_alive);
        CHECK(little(simulate(parameters, 20.0), 24.0) == built::relative(1.0, 0.01));
      }
    }
  }
}

TEST_CASE("Keep-alive connections split a wait of S over 2 x 4 threads: X S = 8, 7, 6, 5, 4") {
  // A process with n connections and 4 threads has min(n, 4) requests in their wait of S all the time; the others
  // queue in it although the other process has threads to spare.
  for (Count more = 4; more <= 8; ++more) {
    TrialParameters parameters = closed(profile({wait(Duration{0.25})}), server("gunicorn_gthread", 2, 4), 8);
    parameters.service.connection_split = {more, 8 - more};
    const double busy = 4.0 + static_cast<double>(std::min<Count>(8 - more, 4));
    CAPTURE(more);
    const models::TrialResults results = simulate(parameters, 100.0, 10.0);
    CHECK(of(results, Metric::throughput) * 0.25 == built::relative(busy, 1e-9));
    CHECK(of(results, Metric::worker_utilization) * 8.0 == built::relative(busy, 1e-9));
  }
}

TEST_CASE("A forced split outlives the time-outs of its connections") {
  // All of 6 connections on the first process, 1 thread, S = 0.25 s: 4/s with time-outs after 0.6 s too; spread over
  // both processes it would be 8/s (completed or not, every request occupies its thread for S).
  TrialParameters parameters = closed(profile({wait(Duration{0.25})}), server("gunicorn_gthread", 2, 1), 6);
  parameters.service.connection_split = {6, 0};
  parameters.service.timeout = Duration{0.6};
  const models::TrialResults results = simulate(parameters, 100.0, 10.0);
  CHECK(of(results, Metric::timed_out) > 0.0);
  CHECK(of(results, Metric::worker_utilization) == built::relative(0.5, 0.01));
}

TEST_CASE("A free-threaded 1x1 overlaps its poller with its worker, a locked one does not") {
  // d = poller + worker = 0.3 + 0.7 ms. Two threads without a lock: the worker's 0.7 ms is the bottleneck, so
  // X -> 1 / 0.7 ms > 1 / d. Under the lock they take turns: X <= 1 / d, reached with enough connections.
  for (const bool lock_present : {true, false}) {
    Profile both = profile({lock(Duration{0.7e-3})});
    both.lock.present = lock_present;
    both.accept.poller_cpu = models::assumed(Duration{0.3e-3});
    TrialParameters parameters = closed(both, server("gunicorn_gthread", 1, 1), 8);
    CAPTURE(lock_present);
    const models::TrialResults results = simulate(parameters, 20.0);
    CHECK(of(results, Metric::throughput) == built::relative(lock_present ? 1000.0 : 1.0 / 0.7e-3, 0.005));
    CHECK(of(results, Metric::cpu_per_request) == built::relative(1e-3, 0.005));
  }
}

// Alone, every request finds the worker asleep; among eight the worker never waits for the poller, which is faster.
TEST_CASE("A request for which the poller wakes its worker costs more than one that waits for it") {
  Profile woken = profile({lock(Duration{0.7e-3})});
  woken.lock.present = false;
  woken.accept.poller_cpu = models::assumed(Duration{0.3e-3});
  woken.accept.handoff_cpu = models::assumed(Duration{0.2e-3});
  const models::TrialResults alone = simulate(closed(woken, server("gunicorn_gthread", 1, 1), 1), 20.0);
  CHECK(of(alone, Metric::cpu_per_request) == built::relative(1.2e-3, 0.005));
  CHECK(of(alone, Metric::throughput) == built::relative(1.0 / 1.2e-3, 0.005));
  const models::TrialResults among = simulate(closed(woken, server("gunicorn_gthread", 1, 1), 8), 20.0);
  CHECK(of(among, Metric::cpu_per_request) == built::relative(1e-3, 0.005));
  CHECK(of(among, Metric::throughput) == built::relative(1.0 / 0.7e-3, 0.005));
}

TEST_CASE("Eight threads under the lock need at least a quarter less CPU per request on one free core than on two") {
  // On one core no woken waiter finds a core, so releases are no hand-overs: CPU per request is kernel + poller. On
  // two cores each release under contention is one, and costs CPU: measured 710-910 us against 1,289. The hand-over
  // here costs the least of the 24-38 us that were measured for it alone.
  Profile measured = with_measured_lock(profile({lock(distribution(Duration{859e-6}, models::Shape::lognormal, 0.48), 13.3)}));
  measured.lock.handover_cpu = models::assumed(Duration{24e-6});
  TrialParameters two = closed(measured, server("gunicorn_gthread", 1, 8), 8);
  const double on_two = of(simulate(two, 20.0), Metric::cpu_per_request);

  TrialParameters one = two;
  one.node.cores = 1;
  const models::TrialResults alone = simulate(one, 20.0);
  CHECK(of(alone, Metric::cpu_per_request) == built::relative(974e-6, 0.02));
  CHECK(of(alone, Metric::handovers_per_request) == 0.0);
  CHECK(of(alone, Metric::cpu_per_request) <= 0.75 * on_two);

  // A neighbour that keeps the other core busy has the same effect as a node without it.
  TrialParameters beside = two;
  models::Neighbour neighbour;
  neighbour.threads = 1;
  neighbour.requests.cpu = models::Cores{1.0};
  beside.container.requests.cpu = models::Cores{1.0};
  beside.node.neighbours.push_back(neighbour);
  const models::TrialResults crowded = simulate(beside, 20.0);
  CHECK(of(crowded, Metric::cpu_per_request) <= 0.75 * on_two);
  CHECK(of(crowded, Metric::cpu_per_request) == built::relative(of(alone, Metric::cpu_per_request), 0.02));
}

TEST_CASE("The load generator on the same cores bounds throughput by c / (d_server + d_client)") {
  TrialParameters parameters = closed(profile({cpu(Duration{0.6e-3})}), server("gunicorn_sync", 4), 16);
  parameters.service.client.cpu = Duration{0.2e-3};
  // Two cores, 4 processes: 2 / 0.8 ms, and one generator thread could do 5,000/s.
  const models::TrialResults results = simulate(parameters, 10.0);
  CHECK(of(results, Metric::throughput) == built::relative(2.0 / 0.8e-3, 0.02));
  CHECK(of(results, Metric::core_utilization) == built::relative(1.0, 0.01));
  CHECK(of(results, Metric::cpu_per_request) == built::relative(0.6e-3, 0.01));
}

TEST_CASE("The network's round trip is part of the latency and of nothing else") {
  TrialParameters parameters = closed(profile({cpu(Duration{1e-3})}), server("gunicorn_sync", 1), 1);
  parameters.service.network = Duration{3e-3};
  const models::TrialResults results = simulate(parameters, 10.0);
  CHECK(of(results, Metric::latency_mean) == built::relative(4e-3, 1e-9));
  CHECK(of(results, Metric::worker_utilization) == built::relative(0.25, 1e-3));
}
