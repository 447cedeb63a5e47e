// SPDX-License-Identifier: MIT
// What a result means: what binds, whether promises hold, what it rests on.
#include <doctest/doctest.h>

#include <string>

#include "tests/models/comparison/built_scenario.hpp"

using namespace built;
using models::Basis;
using models::Binds;
using models::SloVerdict;

namespace {

const Duration ms{1e-3};

// Every number measured, but nothing said about any but the kernel.
Profile measured(std::vector<Phase> phases) {
  Profile result = profile(std::move(phases));
  for (Phase& phase : result.kernels.front().phases) {
    phase.time.mean.basis = Basis::measured;
    phase.releases.basis = Basis::measured;
  }
  result.lock.switch_interval.basis = Basis::measured;
  result.provenance.machine = "a machine";
  result.host.cores = 2;
  return result;
}

bool mentions(const std::vector<std::string>& sentences, const std::string& word) {
  for (const std::string& sentence : sentences) {
    if (sentence.find(word) != std::string::npos) return true;
  }
  return false;
}

// Half of one core at 500/s: an ordinary service with room.
models::Scenario relaxed() {
  return open_scenario(profile({cpu(exponential(ms))}), {server("gunicorn_sync", 4)}, 500.0);
}

}  // namespace

TEST_CASE("The CPU quota binds where a saturated container has less than its node") {
  models::Scenario scenario = closed_scenario(profile({cpu(exponential(ms))}), {server("gunicorn_sync", 4)}, 16);
  scenario.node.cores = 4;
  scenario.container.limits.cpu = models::Cores{1.0};
  CHECK(only(scenario).binds == Binds::cpu_quota);
}

TEST_CASE("The cores bind where there is no quota below them") {
  CHECK(only(closed_scenario(profile({cpu(exponential(ms))}), {server("gunicorn_sync", 4)}, 16)).binds == Binds::cores);
}

TEST_CASE("The lock binds where threads take turns and cores are left") {
  models::Scenario scenario = closed_scenario(profile({lock(exponential(ms))}), {server("gunicorn_gthread", 1, 8)}, 16);
  scenario.node.cores = 4;
  CHECK(only(scenario).binds == Binds::lock);
}

TEST_CASE("Workers bind where all of them wait for something that is not here") {
  CHECK(only(closed_scenario(profile({wait(20.0 * ms)}), {server("gunicorn_sync", 2)}, 16)).binds == Binds::workers);
  CHECK(only(closed_scenario(profile({wait(20.0 * ms)}), {server("gunicorn_gthread", 1, 4)}, 16)).binds == Binds::workers);
}

TEST_CASE("Workers bind where an event loop's executor or the blocked loop itself is busy") {
  models::Scenario scenario = closed_scenario(profile({wait(20.0 * ms)}), {server("uvicorn", 1)}, 64);
  CHECK(only(scenario).binds == Binds::workers);
  scenario.deployments.front().blocking_waits = models::BlockingWaits::loop;
  CHECK(only(scenario).binds == Binds::workers);
}

TEST_CASE("Memory binds where the out-of-memory killer is at work") {
  models::Scenario scenario = closed_scenario(profile({cpu(ms)}), {server("gunicorn_sync", 2)}, 4);
  Profile& hungry = scenario.profiles.at("built");
  hungry.memory.process = models::assumed(Bytes{100e6});
  hungry.memory.growth = models::assumed(Bytes{1e5});
  hungry.spawn.cpu = models::assumed(Duration{0.2});
  scenario.container.limits.memory = Bytes{250e6};
  scenario.container.oom = models::OomRule::process;
  CHECK(only(scenario).binds == Binds::memory);
}

TEST_CASE("A pool binds where requests queue for its tokens") {
  models::Scenario scenario =
      closed_scenario(profile({wait(20.0 * ms, true, "database")}), {server("gunicorn_gthread", 1, 16)}, 16);
  models::Pool pool;
  pool.name = "database";
  pool.size = 4;
  scenario.pools.push_back(pool);
  CHECK(only(scenario).binds == Binds::pool);
}

TEST_CASE("Nothing but the arrivals binds a service with room") {
  const models::DeploymentResult result = only(relaxed());
  CHECK(result.binds == Binds::arrivals);
  CHECK_FALSE(result.saturated);
}

TEST_CASE("Open load beyond capacity is saturated, and within it is not") {
  // 4 processes on 2 cores do 2,000/s.
  for (const double rate : {1000.0, 1800.0, 2200.0, 4000.0}) {
    models::Scenario scenario = relaxed();
    scenario.service.load.open = models::Rate{rate};
    scenario.service.slo.p99 = Duration{1000.0};
    scenario.deployments.front().backlog = 1'000'000;
    CAPTURE(rate);
    const models::DeploymentResult result = only(scenario);
    CHECK(result.saturated == (rate > 2000.0));
    // Saturated latencies grow for as long as one looks, so no promise holds, however weak.
    CHECK(result.slo == (rate > 2000.0 ? SloVerdict::missed : SloVerdict::ok));
    if (rate > 2000.0) CHECK(result.binds == Binds::cores);
  }
}

TEST_CASE("A closed loop is never called saturated") {
  CHECK_FALSE(only(closed_scenario(profile({cpu(ms)}), {server("gunicorn_sync", 1)}, 64)).saturated);
}

TEST_CASE("A promise is kept, broken or undecided by where its limit lies to the interval") {
  models::Scenario scenario = relaxed();
  CHECK(only(scenario).slo == SloVerdict::none);
  const models::Estimate p99 = only(scenario)[Metric::latency_p99];
  REQUIRE(p99.half_width > 0.0);
  scenario.service.slo.p99 = Duration{p99.mean + 1.01 * p99.half_width};
  CHECK(only(scenario).slo == SloVerdict::ok);
  CHECK(only(scenario).slo_reason.empty());
  scenario.service.slo.p99 = Duration{p99.mean - 1.01 * p99.half_width};
  CHECK(only(scenario).slo == SloVerdict::missed);
  CHECK(only(scenario).slo_reason == "p99");
  scenario.service.slo.p99 = Duration{p99.mean};
  CHECK(only(scenario).slo == SloVerdict::undecided);
  CHECK(only(scenario).slo_reason == "p99");
  // A broken promise outweighs an undecided one.
  scenario.service.slo.mean = Duration{1e-6};
  CHECK(only(scenario).slo == SloVerdict::missed);
  CHECK(only(scenario).slo_reason == "mean");
}

TEST_CASE("A service that answers nobody breaks its promises") {
  models::Scenario scenario = open_scenario(profile({wait(ms)}), {server("gunicorn_sync", 4)}, 500.0);
  scenario.service.timeout = Duration{0.5e-3};
  scenario.service.slo.p99 = Duration{1.0};
  CHECK(only(scenario).slo == SloVerdict::missed);
  CHECK(only(scenario).slo_reason == "p99");
  scenario.service.slo = {};
  scenario.service.slo.errors = models::Fraction{0.001};
  CHECK(only(scenario).slo == SloVerdict::missed);
  CHECK(only(scenario).slo_reason == "errors");
}

TEST_CASE("A result is as good as the worst number it used, and numbers it did not use do not count") {
  models::Scenario scenario = closed_scenario(measured({cpu(ms)}), {server("gunicorn_sync", 1, 1)}, 1);
  CHECK(only(scenario).basis == Basis::measured);
  CHECK(only(scenario).assumptions.empty());

  Profile& profile = scenario.profiles.at("built");
  profile.memory.thread = {Bytes{1e6}, Bytes{1e6}, Bytes{1e6}, Basis::derived, "from another host"};
  CHECK(only(scenario).basis == Basis::measured);
  scenario.deployments.front() = server("gunicorn_gthread", 1, 2);
  CHECK(only(scenario).basis == Basis::derived);
  CHECK(mentions(only(scenario).assumptions, "memory.thread is derived: from another host"));

  // What the only kernel says itself is used instead of what the profile says of all.
  profile.memory.growth = {Bytes{10.0}, Bytes{10.0}, Bytes{10.0}, Basis::extrapolated, {}};
  CHECK(only(scenario).basis == Basis::extrapolated);
  profile.kernels.front().memory.growth = {Bytes{20.0}, Bytes{20.0}, Bytes{20.0}, Basis::measured, {}};
  profile.kernels.front().memory.decay_requests = models::assumed(300.0);  // nothing is preloaded
  CHECK(only(scenario).basis == Basis::derived);

  profile.lock.handover_cpu = models::assumed(Duration{20e-6});
  CHECK(only(scenario).basis == Basis::assumed);
  scenario.deployments.front() = server("gunicorn_sync", 2);
  CHECK(only(scenario).basis == Basis::measured);
}

TEST_CASE("More cores than were measured are an extrapolation, if there are workers to use them") {
  models::Scenario scenario = closed_scenario(measured({cpu(ms)}), {server("gunicorn_sync", 2)}, 4);
  scenario.node.cores = 8;
  CHECK(only(scenario).basis == Basis::measured);
  scenario.deployments.front().processes = 4;
  CHECK(only(scenario).basis == Basis::extrapolated);
  CHECK(mentions(only(scenario).assumptions, "measured on 2 cores, the node has 8"));
}

TEST_CASE("A lock that was switched back on is warned of") {
  models::Scenario scenario = closed_scenario(measured({lock(ms)}), {server("gunicorn_gthread", 1, 4)}, 4);
  scenario.profiles.at("built").lock.present = false;
  CHECK(only(scenario).warnings.empty());
  CHECK(only(scenario).runtime == "free_threads");
  scenario.deployments.front().force_lock = true;
  CHECK(only(scenario).runtime == "gil_threads");
  CHECK(mentions(only(scenario).warnings, "switched the lock back on"));
}
