// SPDX-License-Identifier: MIT
// What ends processes: the out-of-memory killer, the restart with back-off, and recycling after max_requests.
#include <doctest/doctest.h>

#include <cmath>

#include "models/cluster/service.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

constexpr double mib = 1024.0 * 1024.0;

// Four processes of 100 MiB; a request allocates 40 MiB while it lives.
TrialParameters hungry(models::OomRule oom) {
  Profile profile = built::profile({wait(Duration{0.5})});
  profile.memory.process = models::assumed(Bytes{100 * mib});
  profile.memory.request = models::assumed(Bytes{40 * mib});
  profile.spawn.cpu = models::assumed(Duration{0.25});
  profile.spawn.wait = models::assumed(Duration{0.25});
  TrialParameters parameters = trial(profile, server("gunicorn_sync", 4));
  parameters.service.load.trace = "two.csv";
  parameters.service.load.trace_times = {1.0, 1.125};
  parameters.container.limits.memory = Bytes{470 * mib};
  parameters.container.oom = oom;
  return parameters;
}

struct Run {
  explicit Run(const TrialParameters& parameters)
      : simulation(parameters.seed, 0), service(simulation, parameters, 0) {
    service.start();
  }
  std::size_t alive() { return service.containers().front().processes_alive(); }
  std::uint64_t count(models::Outcome outcome) { return service.ledger().count(outcome); }
  void until(double time) { simulation.run_until(models::TimePoint{time}); }

  sim::Simulation simulation;
  models::ServiceInstance service;
};

}  // namespace

TEST_CASE("An OOM kill of a process leaves P - 1 of them and loses one request") {
  // The second request, at 1.125 s, brings 400 + 2 x 40 MiB: above 470.
  const TrialParameters parameters = hungry(models::OomRule::process);
  Run run(parameters);
  run.until(1.1);
  CHECK(run.alive() == 4);
  run.until(1.126);
  CHECK(run.alive() == 3);
  CHECK(run.count(models::Outcome::killed) == 1);
  CHECK(run.service.containers().front().oom_kills() == 1);
  // Spawned anew: 0.25 s of CPU and 0.25 s beside it.
  run.until(1.62);
  CHECK(run.alive() == 3);
  run.until(1.63);
  CHECK(run.alive() == 4);
  run.until(5.0);
  CHECK(run.count(models::Outcome::completed) == 1);
  run.service.close_window();
}

TEST_CASE("An OOM kill of the group leaves no process, loses every request and restarts the container") {
  const TrialParameters parameters = hungry(models::OomRule::group);
  Run run(parameters);
  run.until(1.126);
  CHECK(run.alive() == 0);
  CHECK(run.count(models::Outcome::killed) == 2);
  CHECK(run.service.containers().front().oom_kills() == 1);
  CHECK(run.service.containers().front().memory().charge().value < 1.0);
  // At once for the first time: four spawns share two cores, so 0.5 s of CPU time and 0.25 s beside it.
  run.until(1.87);
  CHECK(run.alive() == 0);
  run.until(1.88);
  CHECK(run.alive() == 4);
  run.service.close_window();
}

TEST_CASE("The limit counts the charge, so processes that fit are never killed") {
  TrialParameters parameters = hungry(models::OomRule::group);
  parameters.container.limits.memory = Bytes{481 * mib};
  const auto results = simulate(parameters, 0.0);
  CHECK(of(results, Metric::oom_kills) == 0.0);
  CHECK(of(results, Metric::killed) == 0.0);
  CHECK(of(results, Metric::memory_max) == built::relative(480 * mib, 1e-12));
}

TEST_CASE("Repeated kills back off as the kubelet does: at once, then 10, 20, 40 ... 300 s") {
  // Two processes of 100 MiB never fit into 150 MiB; nothing takes time but the back-off. Kills fall on 0, 0, 10, 30,
  // 70, 150, 310, 610, 910 s, ...
  Profile profile = built::profile({wait(Duration{0.5})});
  profile.memory.process = models::assumed(Bytes{100 * mib});
  TrialParameters parameters = open(profile, server("gunicorn_sync", 2), 1.0);
  parameters.container.limits.memory = Bytes{150 * mib};
  Run run(parameters);
  const auto kills = [&run] { return run.service.containers().front().oom_kills(); };
  run.until(5.0);
  CHECK(kills() == 2);
  run.until(10.5);
  CHECK(kills() == 3);
  run.until(29.5);
  CHECK(kills() == 3);
  run.until(30.5);
  CHECK(kills() == 4);
  run.until(309.5);
  CHECK(kills() == 6);
  run.until(310.5);
  CHECK(kills() == 7);
  run.until(909.5);
  CHECK(kills() == 8);
  run.until(910.5);
  CHECK(kills() == 9);
  // A container that is down refuses.
  CHECK(run.count(models::Outcome::refused) > 800);
  CHECK(run.count(models::Outcome::completed) == 0);
  run.service.close_window();
}

TEST_CASE("Processes that never fit are killed and spawned again for ever, and time goes on") {
  // No spawn cost is stated, and still the clock must move.
  Profile profile = built::profile({wait(Duration{0.5})});
  profile.memory.process = models::assumed(Bytes{100 * mib});
  TrialParameters parameters = open(profile, server("gunicorn_sync", 2), 10.0);
  parameters.container.limits.memory = Bytes{150 * mib};
  parameters.container.oom = models::OomRule::process;
  const auto results = simulate(parameters, 20.0);
  CHECK(of(results, Metric::oom_kills) > 1.0);
  CHECK(results.events < 1'000'000);
  // One of the two always fits, and serves 2/s.
  CHECK(of(results, Metric::throughput) > 0.5);
  CHECK(of(results, Metric::throughput) <= 2.0);
}

TEST_CASE("A leak is what kills, and recycling prevents it") {
  // 1 MiB per request on 50 MiB above the base: killed every 50 requests, unless recycled every 40.
  Profile leaking = profile({wait(Duration{0.01})});
  leaking.memory.process = models::assumed(Bytes{100 * mib});
  leaking.memory.growth = models::assumed(Bytes{1 * mib});
  leaking.spawn.cpu = models::assumed(Duration{0.1});
  TrialParameters parameters = closed(leaking, server("gunicorn_sync", 1), 1);
  parameters.container.limits.memory = Bytes{150 * mib};
  parameters.container.oom = models::OomRule::process;
  const auto killed = simulate(parameters, 50.0);
  CHECK(of(killed, Metric::oom_kills) > 30.0);
  CHECK(of(killed, Metric::memory_max) <= 151 * mib);
  parameters.deployment.max_requests = 40;
  const auto recycled = simulate(parameters, 50.0);
  CHECK(of(recycled, Metric::oom_kills) == 0.0);
  CHECK(of(recycled, Metric::error_rate) == 0.0);
  CHECK(of(recycled, Metric::memory_max) == built::relative(140 * mib, 1e-9));
}

TEST_CASE("What a leak has come to as the window ends is more than its mean") {
  // 1 MiB for each of 100 requests a second: 200 after 1 s of warm-up and half the window of 2 s, 300 as it ends.
  Profile leaking = profile({wait(Duration{0.01})});
  leaking.memory.process = models::assumed(Bytes{100 * mib});
  leaking.memory.growth = models::assumed(Bytes{1 * mib});
  leaking.memory.kernel_per_process = models::assumed(Bytes{10 * mib});
  const auto results = simulate(closed(leaking, server("gunicorn_sync", 1), 1), 2.0);
  CHECK(of(results, Metric::memory_mean) == built::relative(310 * mib, 0.01));
  CHECK(results.charge_at_end.value == built::relative(410 * mib, 0.01));
  CHECK(results.pss_at_end.value == built::relative(400 * mib, 0.01));
}

TEST_CASE("A collected heap grows while requests overlap, and with every new connection") {
  // 100 requests a second for 3 s. A connection that stays is new once.
  Profile collected = profile({cpu(Duration{0.01})});
  collected.memory.process = models::assumed(Bytes{100 * mib});
  collected.memory.survivor = models::assumed(Bytes{1 * mib});
  collected.memory.connection = models::assumed(Bytes{2 * mib});
  TrialParameters parameters = closed(collected, server("uvicorn", 1), 1);
  CHECK(simulate(parameters, 2.0).charge_at_end.value == built::relative(102 * mib, 1e-9));
  parameters.service.keep_alive = false;
  CHECK(simulate(parameters, 2.0).charge_at_end.value == built::relative(700 * mib, 0.01));
  parameters.service.load.connections = 2;
  CHECK(simulate(parameters, 2.0).charge_at_end.value == built::relative(1000 * mib, 0.01));
  parameters.service.keep_alive = true;
  CHECK(simulate(parameters, 2.0).charge_at_end.value == built::relative(404 * mib, 0.01));
}

TEST_CASE("Recycling after n requests costs one spawn per n requests and loses none") {
  // n S + spawn = 40 x 10 + 100 ms per 40 requests: X = 80/s, CPU per request = 100 ms / 40 + 1 ms.
  Profile profile = built::profile({cpu(Duration{1e-3}), wait(Duration{9e-3})});
  profile.spawn.cpu = models::assumed(Duration{0.1});
  for (const char* name : {"gunicorn_sync", "gunicorn_gthread", "uvicorn"}) {
    TrialParameters parameters = closed(profile, server(name, 1, 1), 1);
    parameters.deployment.max_requests = 40;
    CAPTURE(name);
    const auto results = simulate(parameters, 100.0);
    CHECK(of(results, Metric::throughput) == built::relative(80.0, 0.005));
    CHECK(of(results, Metric::cpu_per_request) == built::relative(3.5e-3, 0.01));
    CHECK(of(results, Metric::error_rate) == 0.0);
  }
}

TEST_CASE("Growth, threads and copy-on-write show in the memory of a deployment") {
  // 2 processes x 3 threads, preloaded; after very many requests all but g of the shared heap is private:
  // 20 + 30 shared + 2 (45 - 30 + 0.6 x 30 + 2 x 1).
  Profile profile = built::profile({wait(Duration{1e-3})});
  profile.memory.container = models::assumed(Bytes{20 * mib});
  profile.memory.process = models::assumed(Bytes{45 * mib});
  profile.memory.shared_heap = models::assumed(Bytes{30 * mib});
  profile.memory.unshared_at_once = models::assumed(models::Fraction{0.1});
  profile.memory.never_unshared = models::assumed(models::Fraction{0.4});
  profile.memory.decay_requests = models::assumed(50.0);
  profile.memory.thread = models::assumed(Bytes{1 * mib});
  TrialParameters parameters = closed(profile, server("gunicorn_gthread", 2, 3), 12);
  parameters.deployment.preload = true;
  parameters.service.connection_split = {6, 6};
  CHECK(of(simulate(parameters, 5.0, 5.0), Metric::memory_mean) == built::relative(120 * mib, 1e-6));
  parameters.deployment.freeze = true;  // only f is copied
  CHECK(of(simulate(parameters, 5.0, 5.0), Metric::memory_mean) == built::relative(90 * mib, 1e-6));
  parameters.deployment.freeze = parameters.deployment.preload = false;  // 20 + 2 (45 + 2)
  CHECK(of(simulate(parameters, 5.0, 5.0), Metric::memory_mean) == built::relative(114 * mib, 1e-6));
}
