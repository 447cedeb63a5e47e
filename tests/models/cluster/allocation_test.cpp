// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "models/cluster/service.hpp"
#include "tests/allocations.hpp"
#include "tests/models/built_trial.hpp"

using namespace sim::literals;

namespace {

using models::TrialParameters;

// A container with everything that a limited one has: a quota that binds, connections that stay open, a heap
// that is copied on write, requests and phases with memory of their own, a limit.
TrialParameters limited(const char* server) {
  TrialParameters parameters;
  parameters.profile = built::profile({built::lock(built::exponential(1_ms), 5.0), built::wait(10_ms),
                                       built::cpu(built::exponential(500_us))});
  parameters.profile.kernels.front().phases.front().memory = models::Bytes{300e3};
  parameters.profile.lock.handover_cpu = models::assumed(20_us);
  parameters.profile.lock.handover_lock = models::assumed(14_us);
  parameters.profile.accept.poller_cpu = models::assumed(100_us);
  models::MemoryCosts& memory = parameters.profile.memory;
  memory.process = models::assumed(models::Bytes{45e6});
  memory.shared_heap = models::assumed(models::Bytes{30e6});
  memory.request = models::assumed(models::Bytes{200e3});
  memory.growth = models::assumed(models::Bytes{1.0});
  parameters.service.load.connections = 16;
  parameters.service.timeout = 1_s;
  parameters.service.client.cpu = 50_us;
  parameters.container.limits.cpu = models::Cores{0.8};
  parameters.container.limits.memory = models::Bytes{1e9};
  parameters.deployment.server = server;
  parameters.deployment.processes = 2;
  parameters.deployment.threads = 4;
  parameters.deployment.preload = true;
  return parameters;
}

void run_until_left(models::ServiceInstance& service, std::uint64_t requests) {
  sim::Simulation& simulation = service.simulation();
  while (service.ledger().left() < requests) simulation.run_until(simulation.now() + 10_s);
}

}  // namespace

// Frames, requests, connections and queues grow to what the load needs at its worst; after that a run only
// reuses them.
TEST_CASE("a service in its steady state allocates nothing per request") {
  for (const char* server : {"gunicorn_gthread", "gunicorn_sync", "uvicorn", "go_http"}) {
    CAPTURE(server);
    const TrialParameters parameters = limited(server);
    sim::Simulation simulation(1, 0);
    models::ServiceInstance service(simulation, parameters, 0);
    service.start();
    simulation.run_until({100.0});
    const std::uint64_t done = service.ledger().left();
    const models::ContainerInstance& container = service.containers().front();
    const double throttled = service.cpu().throttled_time(container.group()).seconds;
    const std::size_t before = tests::allocations_so_far();
    simulation.run_until({150.0});
    CHECK(tests::allocations_so_far() == before);
    CHECK(service.ledger().left() - done > 1'000);
    CHECK(container.memory().max_charge().value > 45e6);
    CHECK(service.cpu().throttled_time(container.group()).seconds > throttled);
  }
}

TEST_CASE(
    "memory does not grow with simulated time: from a million to ten million requests nothing is allocated" *
    doctest::test_suite("slow")) {
  TrialParameters parameters = limited("native_threads");
  parameters.service.timeout = sim::Duration::infinite();
  parameters.service.client = {};
  sim::Simulation simulation(1, 0);
  models::ServiceInstance service(simulation, parameters, 0);
  service.start();
  run_until_left(service, 1'000'000);
  const std::size_t before = tests::allocations_so_far();
  run_until_left(service, 10'000'000);
  CHECK(tests::allocations_so_far() == before);
}
