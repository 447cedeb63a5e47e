// SPDX-License-Identifier: MIT
// What differs between the concurrency models, each by a law that it alone obeys. Constant times, so results are exact
// up to the requests that straddle the window's ends.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/runtime/registry.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

const Duration ms{1e-3};

TrialParameters on_cores(TrialParameters parameters, Count cores) {
  parameters.node.cores = cores;
  return parameters;
}

double throughput(const TrialParameters& parameters) { return of(simulate(parameters, 20.0), Metric::throughput); }

}  // namespace

TEST_CASE("Under one lock T threads compute like one, without it like min(T, c)") {
  const Profile gil = profile({lock(ms)});
  CHECK(throughput(on_cores(closed(gil, runtime("gil_threads", 1, 4), 16), 4)) == built::relative(1000.0, 1e-3));
  CHECK(throughput(on_cores(closed(gil, runtime("free_threads", 1, 4), 16), 4)) == built::relative(4000.0, 1e-3));
  CHECK(throughput(on_cores(closed(gil, runtime("free_threads", 1, 8), 16), 4)) == built::relative(4000.0, 1e-3));
  CHECK(throughput(on_cores(closed(gil, runtime("processes", 4), 16), 4)) == built::relative(4000.0, 1e-3));
}

TEST_CASE("CPU outside the lock runs in parallel under the GIL too") {
  // 1 ms under the lock, 3 ms outside: 4 threads on 4 cores keep the lock busy, X = 1 / 1 ms.
  const Profile releasing = profile({lock(ms), cpu(3.0 * ms)});
  const auto results = simulate(on_cores(closed(releasing, runtime("gil_threads", 1, 5), 16), 5), 20.0);
  CHECK(of(results, Metric::throughput) == built::relative(1000.0, 2e-3));
  CHECK(of(results, Metric::cpu_used) == built::relative(4.0, 2e-3));
  CHECK(of(results, Metric::lock_utilization) == built::relative(1.0, 2e-3));
}

TEST_CASE("Free threads pay the single-thread factor and the contention curve of k = min(T, c) computing threads") {
  // CPU per request: 1 ms x 1.1 x (1 + 0.05 (k - 1) + 0.01 k (k - 1)); throughput k over that.
  for (const Count threads : {1, 2, 4, 8}) {
    Profile contended = free_threaded({cpu(ms)});
    contended.threads.single_thread_cost = models::assumed(models::Factor{1.1});
    contended.threads.contention = models::assumed(0.05);
    contended.threads.coherency = models::assumed(0.01);
    const double k = static_cast<double>(std::min<Count>(threads, 4));
    const double per_request = 1.1e-3 * (1.0 + 0.05 * (k - 1.0) + 0.01 * k * (k - 1.0));
    CAPTURE(threads);
    const auto results = simulate(on_cores(closed(contended, runtime("free_threads", 1, threads), 32), 4), 20.0);
    CHECK(of(results, Metric::cpu_per_request) == built::relative(per_request, 2e-3));
    CHECK(of(results, Metric::throughput) == built::relative(k / per_request, 2e-3));
  }
}

TEST_CASE("Every runtime pays the single-thread factor of its build") {
  for (const models::RuntimeInfo& info : models::runtimes()) {
    Profile slow_build = profile({cpu(ms)});
    slow_build.threads.single_thread_cost = models::assumed(models::Factor{1.25});
    CAPTURE(info.name);
    const auto results = simulate(closed(slow_build, runtime(std::string(info.name), 1), 1), 20.0);
    CHECK(of(results, Metric::latency_mean) == built::relative(1.25e-3, 1e-9));
  }
}

TEST_CASE("A request that finds cold caches takes longer in every runtime, and a saturated worker keeps them warm") {
  // One connection that thinks for 100 ms: the caches (cooling 10 us) are cold each time. 1 ms of work with cold_factor
  // 0.5 and warming W = 1 ms takes 1 + 0.5 (1 - 1/e) ms. Without pauses they stay warm.
  for (const models::RuntimeInfo& info : models::runtimes()) {
    CAPTURE(info.name);
    Profile cold = profile({cpu(ms)});
    cold.kernels[0].cold_factor = models::assumed(0.5);
    cold.caches = {models::assumed(0.01 * ms), models::assumed(ms)};
    const auto idle = simulate(closed(cold, runtime(std::string(info.name), 1), 1, 100.0 * ms), 200.0);
    CHECK(of(idle, Metric::cpu_per_request) == built::relative(1e-3 + 0.5e-3 * (1.0 - std::exp(-1.0)), 1e-3));
    const auto busy = simulate(closed(cold, runtime(std::string(info.name), 1), 8), 20.0);
    CHECK(of(busy, Metric::cpu_per_request) == built::relative(1e-3, 1e-3));
  }
}

TEST_CASE("A quota that stops a process cools its caches") {
  // Half a core, 1 ms of work: 50 ms stop after each 50 ms of CPU time. With cooling far below the stop the next request
  // begins cold; f = 1 and W = 5 ms add f W = 5 ms in all before the caches are warm: 45 ms of work in each 50 ms.
  Profile cold = profile({cpu(ms)});
  cold.kernels[0].cold_factor = models::assumed(1.0);
  cold.caches = {models::assumed(ms), models::assumed(5.0 * ms)};
  TrialParameters throttled = closed(cold, runtime("processes", 1), 8);
  throttled.container.limits.cpu = models::Cores{0.5};
  CHECK(of(simulate(throttled, 20.0), Metric::throughput) == built::relative(450.0, 0.01));
}

TEST_CASE("Threads that all find a core starve nobody") {
  Profile starving = free_threaded({cpu(ms)});
  starving.threads.starvation = models::assumed(models::Fraction{0.02});
  starving.threads.starvation_delay = models::assumed(Duration{0.5});
  CHECK(of(simulate(on_cores(closed(starving, runtime("free_threads", 1, 4), 16), 4), 20.0), Metric::latency_p999) ==
        built::relative(4e-3, 0.005));
}

TEST_CASE("Each runnable thread beyond the cores adds the stated share of starving requests") {
  // 6 threads that always compute on 4 cores: a share 2 x 0.1 % waits an exponential time of mean 20 ms, the others
  // are done within 3 ms. Of 0.2 % every second one exceeds 20 ms ln 2 = 13.9 ms, so p99.9 is about 15 ms; 13 % of the
  // time one of the six starves itself and leaves an excess of 1, which takes 1.3 ms off. With a share of 0.1 % in all
  // p99.9 would be below 4 ms. 800,000 requests give a standard error of 20 ms / sqrt(800) = 0.7 ms.
  Profile starving = free_threaded({cpu(distribution(ms, models::Shape::uniform))});
  starving.threads.starvation = models::assumed(models::Fraction{0.001});
  starving.threads.starvation_delay = models::assumed(Duration{0.02});
  const auto results = simulate(on_cores(closed(starving, runtime("free_threads", 1, 6), 6), 4), 200.0);
  CHECK(of(results, Metric::latency_p999) > 0.011);
  CHECK(of(results, Metric::latency_p999) < 0.017);
}

TEST_CASE("Threads that wait for I/O are not runnable, so they starve nobody") {
  // 32 threads, nearly all in a wait of 0.1 s; about 0.3 of them compute at any time on 4 cores.
  Profile io = free_threaded({cpu(ms), wait(Duration{0.1})});
  io.threads.starvation = models::assumed(models::Fraction{0.03});
  io.threads.starvation_delay = models::assumed(Duration{1.0});
  const auto results = simulate(on_cores(closed(io, runtime("free_threads", 1, 32), 32, Duration{0.2}), 4), 50.0, 5.0);
  CHECK(of(results, Metric::latency_p99) < 0.11);
}

TEST_CASE("Processes have no starvation tail") {
  Profile starving = profile({cpu(ms)});
  starving.threads.starvation = models::assumed(models::Fraction{0.5});
  starving.threads.starvation_delay = models::assumed(Duration{1.0});
  const auto results = simulate(on_cores(closed(starving, runtime("processes", 8), 8), 4), 10.0);
  CHECK(of(results, Metric::latency_p999) == built::relative(2e-3, 0.005));
}

TEST_CASE("Subinterpreters scale like processes and pay for each call") {
  Profile called = profile({lock(ms, 4.0)});
  called.lock.handover_cpu = models::assumed(Duration{20e-6});
  called.lock.handover_lock = models::assumed(Duration{14e-6});
  called.interpreter_call = models::assumed(Duration{0.1e-3});
  const auto results = simulate(on_cores(closed(called, runtime("subinterpreters", 1, 4), 16), 4), 20.0);
  CHECK(of(results, Metric::throughput) == built::relative(4.0 / 1.1e-3, 1e-3));
  CHECK(of(results, Metric::cpu_per_request) == built::relative(1.1e-3, 1e-3));
  CHECK(std::isnan(of(results, Metric::lock_utilization)));  // no lock that anybody shares
}

TEST_CASE("M:N tasks never use more cores than carriers, and their waits hold none") {
  const Profile computing = free_threaded({cpu(ms)});
  for (const Count carriers : {1, 3, 8}) {
    models::Deployment deployment = runtime("mn_tasks", 1);
    deployment.carriers = carriers;
    const double cores = static_cast<double>(std::min<Count>(carriers, 4));
    CAPTURE(carriers);
    const auto results = simulate(on_cores(closed(computing, deployment, 64), 4), 20.0);
    CHECK(of(results, Metric::cpu_used) == built::relative(cores, 1e-3));
    CHECK(of(results, Metric::throughput) == built::relative(cores * 1000.0, 2e-3));
  }
  // 200 connections in a wait of 0.1 s on one carrier: X = 200 / (0.1 s + queueing), far from 1 / 0.1 s.
  const Profile waiting = free_threaded({wait(Duration{0.1})});
  CHECK(throughput(closed(waiting, runtime("mn_tasks", 1), 200)) == built::relative(2000.0, 0.01));
}

TEST_CASE("M:N tasks pay for accepting connections even if the request only waits") {
  Profile waiting = free_threaded({wait(Duration{0.01})});
  waiting.accept.connection_cpu = models::assumed(ms);
  TrialParameters parameters = closed(waiting, runtime("mn_tasks", 1), 1);
  parameters.service.keep_alive = false;
  CHECK(of(simulate(parameters, 10.0), Metric::cpu_per_request) == built::relative(1e-3, 2e-3));
}

TEST_CASE("An event loop overlaps awaitable waits without limit") {
  // N connections, each 50 ms in an awaitable wait: X = N / 50 ms.
  const auto results = simulate(closed(profile({wait(Duration{0.05}, true)}), server("uvicorn", 1), 500), 20.0);
  CHECK(of(results, Metric::throughput) == built::relative(10000.0, 0.005));
}

TEST_CASE("An event loop computes one request at a time, so 1 / cpu is its limit") {
  Profile computing = profile({lock(ms), wait(Duration{0.01}, true), cpu(0.5 * ms)});
  computing.loop_cpu = models::assumed(0.5 * ms);
  const auto results = simulate(on_cores(closed(computing, server("uvicorn", 1), 64), 4), 20.0);
  CHECK(of(results, Metric::throughput) == built::relative(500.0, 2e-3));
  CHECK(of(results, Metric::cpu_used) == built::relative(1.0, 1e-3));
}

TEST_CASE("Requests that timers wake together wait for each other's CPU time, one request alone for none") {
  std::vector<models::Phase> phases = {cpu(0.4 * ms), wait(20.0 * ms, true), cpu(0.6 * ms)};
  const auto latency = [&](Count connections) {
    const auto results = simulate(on_cores(closed(profile(phases), server("uvicorn", 1), connections), 2), 20.0);
    return of(results, Metric::latency_mean);
  };
  CHECK(latency(1) == built::relative(21e-3, 1e-6));
  const double apart = latency(10);
  phases[1].timer_resolution = models::assumed(ms);
  CHECK(latency(1) == built::relative(21e-3, 1e-6));
  CHECK(latency(10) > apart + 1e-3);
  CHECK(latency(10) <= 20e-3 + 10 * 1e-3 + 1e-3);  // the wait, everybody's CPU time, one step of the timers
}

TEST_CASE("A timer is late by what the loop did since it was set, not by what ended before") {
  Profile waits = profile({wait(5.3 * ms, true), wait(20.0 * ms, true), cpu(ms)});
  waits.kernels[0].phases[1].timer_resolution = models::assumed(ms);
  const auto results = simulate(closed(waits, server("uvicorn", 1), 1), 20.0);
  CHECK(of(results, Metric::latency_mean) == built::relative(26.3e-3, 1e-6));
}

TEST_CASE("Blocking waits of an event loop take executor threads: X = E / S") {
  for (const Count executors : {1, 4, 16}) {
    models::Deployment deployment = server("uvicorn", 1);
    deployment.executor_threads = executors;
    CAPTURE(executors);
    const auto results = simulate(closed(profile({wait(Duration{0.05})}), deployment, 64), 20.0);
    CHECK(of(results, Metric::throughput) == built::relative(static_cast<double>(executors) / 0.05, 2e-3));
    CHECK(of(results, Metric::worker_utilization) == built::relative(1.0, 2e-3));
    CHECK(of(results, Metric::worker_wait) > 0.5 * of(results, Metric::latency_mean));
  }
}

TEST_CASE("Blocking waits on the loop itself block everything: X = 1 / S, and the loop counts as busy") {
  models::Deployment deployment = server("uvicorn", 1);
  deployment.blocking_waits = models::BlockingWaits::loop;
  const auto results = simulate(closed(profile({wait(Duration{0.05})}), deployment, 16), 20.0);
  CHECK(of(results, Metric::throughput) == built::relative(20.0, 0.005));
  CHECK(of(results, Metric::worker_utilization) == built::relative(1.0, 1e-3));
}

TEST_CASE("A lock switched back on turns the free threads of a server into threads that take turns") {
  models::Deployment deployment = server("gunicorn_gthread", 1, 4);
  const Profile build = free_threaded({lock(ms)});
  CHECK(throughput(on_cores(closed(build, deployment, 16), 4)) == built::relative(4000.0, 2e-3));
  deployment.force_lock = true;
  CHECK(throughput(on_cores(closed(build, deployment, 16), 4)) == built::relative(1000.0, 2e-3));
}

TEST_CASE("A process of the runtime `processes` serves one request at a time") {
  for (const models::Deployment& deployment : {server("gunicorn_sync", 2), runtime("processes", 2)}) {
    CAPTURE(deployment.name);
    CHECK(throughput(closed(profile({wait(Duration{0.1})}), deployment, 16)) == built::relative(20.0, 0.01));
  }
}

TEST_CASE("Every runtime carries a batch to its end, and event loops overlap all of its waits") {
  // 100 tasks that wait 1 s: an event loop or light tasks hold them all at once, 4 threads need 25 rounds.
  for (const models::RuntimeInfo& info : models::runtimes()) {
    TrialParameters parameters = trial(profile({wait(Duration{1.0}, true)}), runtime(std::string(info.name), 1, 4));
    if (info.name == models::processes_runtime.name) parameters.deployment = runtime("processes", 4);
    parameters.service.load.tasks = 100;
    const bool overlaps = info.name == models::event_loop_runtime.name || info.name == models::mn_tasks_runtime.name;
    CAPTURE(info.name);
    const auto results = simulate(parameters, 0.0);
    CHECK(of(results, Metric::makespan) == built::relative(overlaps ? 1.0 : 25.0, 1e-6));
    CHECK(results.requests == 100);
  }
}
