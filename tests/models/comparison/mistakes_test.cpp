// SPDX-License-Identifier: MIT
// Classic mistakes are warned of where they are made, and only there; `workers: best` makes none.
#include <doctest/doctest.h>

#include <string>

#include "tests/models/comparison/built_scenario.hpp"

using namespace built;

namespace {

const Duration ms{1e-3};

bool warned(const models::Scenario& scenario, const std::string& words) {
  for (const std::string& warning : only(scenario).warnings) {
    if (warning.find(words) != std::string::npos) return true;
  }
  return false;
}

models::Scenario computing(models::Deployment deployment) {
  return open_scenario(profile({cpu(exponential(ms))}), {std::move(deployment)}, 100.0);
}

}  // namespace

TEST_CASE("Workers by the cores of the host are warned of where the container has far fewer") {
  models::Scenario scenario = computing(server("gunicorn_sync", 17));
  scenario.node.cores = 8;
  CHECK_FALSE(warned(scenario, "cores of the node"));
  scenario.container.limits.cpu = models::Cores{2.0};
  CHECK(warned(scenario, "17 processes are for the 8 cores of the node, but the container may use 2"));
  scenario.deployments.front().processes = 5;
  CHECK_FALSE(warned(scenario, "cores of the node"));
}

TEST_CASE("More computing threads than the quota can run are warned of, waiting ones are not") {
  models::Scenario scenario = computing(server("gunicorn_gthread", 2, 16));
  scenario.container.limits.cpu = models::Cores{1.0};
  CHECK(warned(scenario, "of 32 threads no more than 1 can run at once"));
  scenario.profiles.at("built") = profile({cpu(ms), wait(20.0 * ms)});
  CHECK_FALSE(warned(scenario, "can run at once"));
}

TEST_CASE("A preloaded heap that requests have made private is warned of, unless it is frozen") {
  models::Scenario scenario = computing(server("gunicorn_sync", 2));
  models::Profile& profile = scenario.profiles.at("built");
  profile.memory.process = models::assumed(Bytes{50e6});
  profile.memory.shared_heap = models::assumed(Bytes{40e6});
  profile.memory.decay_requests = models::assumed(100.0);
  CHECK_FALSE(warned(scenario, "preloaded heap"));
  scenario.deployments.front().preload = true;
  CHECK(warned(scenario, "of the preloaded heap 99 % is private again after"));  // 1 - e^-5, after 500 requests each
  scenario.deployments.front().freeze = true;
  CHECK_FALSE(warned(scenario, "preloaded heap"));
  scenario.deployments.front().freeze = false;
  profile.memory.decay_requests = models::assumed(1e5);
  CHECK_FALSE(warned(scenario, "preloaded heap"));
}

TEST_CASE("More database connections than are allowed are warned of") {
  models::Scenario scenario =
      open_scenario(profile({wait(5.0 * ms, true, "database")}), {server("gunicorn_gthread", 4, 8)}, 100.0);
  models::Pool pool;
  pool.name = "database";
  pool.per = models::PoolScope::thread;
  pool.max = 20;
  scenario.pools.push_back(pool);
  CHECK(warned(scenario, "pool database: 32 x 1 connections may be wanted at once, 20 are allowed"));
  scenario.pools.front().per = models::PoolScope::process;
  CHECK_FALSE(warned(scenario, "pool database"));
  scenario.pools.front().size = 6;
  CHECK(warned(scenario, "pool database: 4 x 6"));
}

TEST_CASE("The best workers are searched for, run and told") {
  models::Scenario scenario =
      open_scenario(profile({cpu(exponential(ms)), wait(exponential(9.0 * ms))}), {server("pool", 1)}, 100.0);
  scenario.service.slo.p99 = 200.0 * ms;
  scenario.node.cores = 1;
  models::Deployment& deployment = scenario.deployments.front();
  deployment.workers = models::Workers::best;
  const models::Comparison comparison = run(scenario);
  const models::DeploymentResult& result = comparison.deployments.at(0);
  // One core does 1000/s, and each worker 100/s: ten and more.
  CHECK(result.deployment.processes * result.deployment.threads >= 10);
  CHECK(comparison.scenario.deployments.front().threads == result.deployment.threads);
  CHECK(result.tuned.find("best of ") == 0);
  deployment.workers = models::Workers::as_written;
  CHECK(only(scenario).tuned.empty());
}
