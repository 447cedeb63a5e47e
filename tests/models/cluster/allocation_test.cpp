// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "models/cluster/service.hpp"
#include "tests/allocations.hpp"
#include "tests/models/built_trial.hpp"

using namespace sim::literals;

// Frames, requests, connections and queues grow to what the load needs at its worst; after that a run only reuses them.
TEST_CASE("a service in its steady state allocates nothing per request") {
  models::TrialParameters parameters;
  parameters.profile =
      built::profile({built::lock(built::exponential(1_ms), 5.0), built::wait(10_ms), built::cpu(built::exponential(500_us))});
  parameters.profile.lock.handover_cpu = models::assumed(20_us);
  parameters.profile.lock.handover_lock = models::assumed(14_us);
  parameters.profile.accept.poller_cpu = models::assumed(100_us);
  parameters.service.load.connections = 16;
  parameters.service.timeout = 1_s;
  parameters.service.client.cpu = 50_us;
  parameters.container.limits.cpu = models::Cores{1.5};
  parameters.deployment.processes = 2;
  parameters.deployment.threads = 4;
  for (const char* server : {"gunicorn_gthread", "gunicorn_sync", "uvicorn", "go_http"}) {
    CAPTURE(server);
    parameters.deployment.server = server;
    sim::Simulation simulation(1, 0);
    models::ServiceInstance service(simulation, parameters, 0);
    service.start();
    simulation.run_until({100.0});
    const std::uint64_t done = service.ledger().left();
    const std::size_t before = tests::allocations_so_far();
    simulation.run_until({150.0});
    CHECK(tests::allocations_so_far() == before);
    CHECK(service.ledger().left() - done > 1'000);
  }
}
