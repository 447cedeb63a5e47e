// SPDX-License-Identifier: MIT
// Replicas that are added while the simulation runs: they spawn first, serve when told to, and finish what they have.
#include <doctest/doctest.h>

#include "models/cluster/service.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

// Two workers, 400 ms of CPU and 100 ms of other time to spawn each, on one core.
TrialParameters slow_to_spawn() {
  TrialParameters parameters = open(profile({wait(Duration{0.050})}), server("gunicorn_sync", 2), 20.0);
  parameters.profile.spawn.cpu = models::assumed(Duration{0.4});
  parameters.profile.spawn.wait = models::assumed(Duration{0.1});
  parameters.node.cores = 1;
  return parameters;
}

}  // namespace

// Two spawns share one core: 2 x 0.4 s, then 0.1 s.
TEST_CASE("an added replica spawns its workers before it can serve") {
  const TrialParameters parameters = slow_to_spawn();
  sim::Simulation simulation(1, 0);
  models::ServiceInstance service(simulation, parameters, 0);
  CHECK(service.containers().front().processes_alive() == 2);
  simulation.run_until({1.0});
  const models::ContainerInstance& added = service.add_container();
  simulation.run_until({1.85});
  CHECK(added.processes_alive() == 0);
  simulation.run_until({1.95});
  CHECK(added.processes_alive() == 2);
  CHECK(service.cpu().cpu_time(added.group()).seconds == doctest::Approx(0.8));
}

TEST_CASE("only replicas that serve get requests, and one that leaves finishes its own") {
  const TrialParameters parameters = slow_to_spawn();
  sim::Simulation simulation(1, 0);
  models::ServiceInstance service(simulation, parameters, 0);
  service.start();
  models::ContainerInstance& added = service.add_container();
  for (int i = 1; i <= 50; ++i) {
    simulation.run_until({0.1 * i});
    CHECK(added.in_flight() == 0);
  }
  service.serve(1, true);
  service.serve(1, true);
  service.serve(0, false);
  simulation.run_until({10.0});
  const std::size_t last = service.containers().front().in_flight();
  CHECK(last == 0);
  bool served = false;
  for (int i = 1; i <= 50; ++i) {
    simulation.run_until({10.0 + 0.1 * i});
    CHECK(service.containers().front().in_flight() == 0);
    served = served || added.in_flight() > 0;
  }
  CHECK(served);
  service.open_window();
  service.close_window();  // checks that no request was forgotten
}
