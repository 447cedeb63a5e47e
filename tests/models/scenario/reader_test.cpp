// SPDX-License-Identifier: MIT
#include "models/scenario/reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

constexpr const char* simple = R"(description: Is free-threaded worth it?
service:
  load: 300/s
  balancer: least_request
  slo: {p99: 250ms, errors: 0.1%}
container:
  limits: {cpu: 2, memory: 1Gi}
  cpu_period: 50ms
node: {cores: 4, scaling: [1.0, 1.9, 2.7, 3.4]}
pools:
  database: {per: thread, size: 2, max: 100}
profiles:
  gil:
    lock: {handover_cpu: 30us, handover_lock: {value: 26us, range: 20us..30us, basis: measured}}
    memory: {process: 45MiB, thread: 300KiB}
    kernels:
      json:
        phases:
          - {lock: 930us, releases: 10}
          - {wait: {mean: 20ms, shape: lognormal, scv: 0.3}, awaitable: true, pool: database}
          - {cpu: {quantiles: {p10: 650us, p50: 980us, p99: 3ms}}, memory: 2MiB}
  ft: {derive: gil, single_thread_cost: 1.03..1.15, memory: 1.15..1.40, contention: 0..0.05}
deployments:
  gthread-2x8: {profile: gil, server: gunicorn_gthread, processes: 2, threads: 8}
  ft-1x16: {profile: ft, runtime: free_threads, threads: 16}
expect:
  - {deployment: gthread-2x8, metric: latency_p99, at_most: 250ms}
  - {deployment: ft-1x16, binds: cores}
)";

std::string rendered(const models::Diagnostics& diagnostics) {
  return render(diagnostics, false);
}

}  // namespace

TEST_CASE("a scenario is read into its typed form, every quantity in SI units") {
  models::Diagnostics diagnostics;
  const auto scenario = models::parse_scenario("simple.yaml", simple, {}, diagnostics);
  REQUIRE_MESSAGE(scenario, rendered(diagnostics));
  CHECK(scenario->service.load.open->per_second == 300.0);
  CHECK(scenario->service.balancer == models::Balancer::least_request);
  CHECK(scenario->service.slo.p99->seconds == 0.25);
  CHECK(scenario->service.slo.errors->value == 0.001);
  CHECK(scenario->container.limits.cpu->value == 2.0);
  CHECK(scenario->container.limits.memory->value == 1024.0 * 1024.0 * 1024.0);
  CHECK(scenario->container.cpu_period.seconds == 0.05);
  CHECK(scenario->node.scaling == std::vector<double>{1.0, 1.9, 2.7, 3.4});
  REQUIRE(scenario->pools.size() == 1);
  CHECK(scenario->pools[0].name == "database");
  CHECK(scenario->pools[0].per == models::PoolScope::thread);

  const models::Profile& gil = scenario->profiles.at("gil");
  CHECK(gil.lock.handover_cpu.value.seconds == 30e-6);
  CHECK(gil.lock.handover_cpu.basis == models::Basis::assumed);
  CHECK(gil.lock.handover_lock.low.seconds == 20e-6);
  CHECK(gil.lock.handover_lock.basis == models::Basis::measured);
  CHECK(gil.lock.switch_interval.value.seconds == 0.005);
  REQUIRE(gil.kernels.size() == 1);
  REQUIRE(gil.kernels[0].phases.size() == 3);
  const auto& phases = gil.kernels[0].phases;
  CHECK(phases[0].kind == models::PhaseKind::lock);
  CHECK(phases[0].time.mean.value.seconds == 930e-6);
  CHECK(phases[0].releases.value == 10.0);
  CHECK(phases[1].kind == models::PhaseKind::wait);
  CHECK(phases[1].time.shape == models::Shape::lognormal);
  CHECK(phases[1].time.scv == 0.3);
  CHECK(phases[1].awaitable);
  CHECK(phases[1].pool == "database");
  REQUIRE(phases[2].time.quantiles.size() == 3);
  CHECK(phases[2].time.quantiles[2].probability.value == 0.99);
  CHECK(phases[2].time.quantiles[2].value.seconds == 0.003);

  const models::Profile& free = scenario->profiles.at("ft");
  CHECK_FALSE(free.lock.present);
  CHECK(free.threads.single_thread_cost.low.value == 1.03);
  CHECK(free.threads.single_thread_cost.high.value == 1.15);
  CHECK(free.memory.process.high.value == doctest::Approx(45.0 * 1024 * 1024 * 1.4));
  CHECK(free.memory.process.basis == models::Basis::assumed);

  REQUIRE(scenario->deployments.size() == 2);
  CHECK(scenario->deployments[0].name == "gthread-2x8");
  CHECK(scenario->deployments[0].threads == 8);
  CHECK(scenario->deployments[1].runtime == "free_threads");
  REQUIRE(scenario->expect.size() == 2);
  CHECK(*scenario->expect[0].at_most == 0.25);
  CHECK(scenario->expect[0].line == 27);
}
