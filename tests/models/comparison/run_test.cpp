// SPDX-License-Identifier: MIT
// The whole run: what it must not depend on, and what pairs of deployments and ends of ranges become.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "tests/models/comparison/built_scenario.hpp"

using namespace built;

namespace {

// Every bit of a result that a table or a file could show.
std::vector<std::uint64_t> bits(const models::DeploymentResult& result) {
  std::vector<std::uint64_t> words;
  const auto add = [&words](double value) { words.push_back(std::bit_cast<std::uint64_t>(value)); };
  for (const models::Estimate& estimate : result.estimates) {
    add(estimate.mean);
    add(estimate.half_width);
    add(estimate.low);
    add(estimate.high);
  }
  for (const models::Observation& observation : result.replications) {
    for (const double value : observation) add(value);
  }
  for (const models::Mode& mode : result.modes) {
    add(mode.throughput);
    add(mode.latency_p50);
    add(mode.share);
  }
  add(result.warm_up_s);
  add(result.duration_s);
  words.insert(words.end(), {result.events, result.requests, static_cast<std::uint64_t>(result.binds),
                             static_cast<std::uint64_t>(result.slo), std::uint64_t{result.saturated},
                             std::uint64_t{result.precise}});
  return words;
}

// Noisy enough that precision decides how many replications there are; windows come from pilots.
models::Scenario noisy() {
  const Profile kernel = with_measured_lock(profile(
      {lock(distribution(Duration{1e-3}, models::Shape::lognormal, 4.0), 5.0), wait(exponential(Duration{5e-3}))}));
  models::Scenario result = open_scenario(
      kernel, {server("gunicorn_sync", 4), server("gunicorn_gthread", 2, 4), server("uvicorn", 2)}, 300.0);
  result.container.limits.cpu = models::Cores{1.0};
  result.run.replications.reset();
  result.run.duration.reset();
  result.run.warm_up.reset();
  result.run.precision = models::Fraction{0.01};
  result.run.max_replications = 24;
  return result;
}

const models::PairedVerdict& verdict(const models::Comparison& comparison, Metric metric) {
  for (const models::PairedVerdict& verdict : comparison.verdicts) {
    if (verdict.metric == metric) return verdict;
  }
  throw std::runtime_error("no verdict on this metric");
}

}  // namespace

TEST_CASE("The same bytes for one job and for seven, with precision deciding when to stop") {
  const models::Scenario scenario = noisy();
  const models::Comparison one = run(scenario, 1);
  const models::Comparison seven = run(scenario, 7);
  REQUIRE(one.deployments.size() == 3);
  REQUIRE(seven.deployments.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(one.deployments[i].replications.size() >= 8);
    CHECK(bits(one.deployments[i]) == bits(seven.deployments[i]));
  }
  REQUIRE(one.verdicts.size() == seven.verdicts.size());
  for (std::size_t i = 0; i < one.verdicts.size(); ++i) {
    CHECK(one.verdicts[i].difference == seven.verdicts[i].difference);
    CHECK(one.verdicts[i].verdict == seven.verdicts[i].verdict);
  }
}

TEST_CASE("Adding a deployment changes no other row") {
  models::Scenario scenario = noisy();
  const models::Comparison before = run(scenario, 2);
  scenario.deployments.insert(scenario.deployments.begin(), server("gunicorn_gthread", 1, 8));
  scenario.deployments.front().name = "first";
  scenario.deployments.push_back(runtime("processes", 8));
  const models::Comparison after = run(scenario, 2);
  for (std::size_t i = 0; i < before.deployments.size(); ++i) {
    CHECK(bits(before.deployments[i]) == bits(after.deployments[i + 1]));
  }
}

TEST_CASE("Another seed gives other numbers") {
  models::Scenario scenario = noisy();
  scenario.run.replications = 2;
  const models::Comparison one = run(scenario);
  scenario.run.seed = 2;
  CHECK(bits(one.deployments[0]) != bits(run(scenario).deployments[0]));
}

TEST_CASE("Two deployments of the same kind are equal to the last bit: common random numbers") {
  const models::Comparison comparison =
      run(open_scenario(profile({cpu(exponential(Duration{5e-3}))}),
                        {server("gunicorn_sync", 2), server("gunicorn_sync", 2)}, 300.0));
  REQUIRE(comparison.deployments.size() == 2);
  CHECK(bits(comparison.deployments[0]) == bits(comparison.deployments[1]));
  for (const models::PairedVerdict& verdict : comparison.verdicts) {
    CHECK(verdict.difference == 0.0);
    CHECK(verdict.verdict == models::Verdict::no_difference_proven);
  }
}

TEST_CASE("A verdict says which of a pair is more") {
  const models::Comparison comparison =
      run(closed_scenario(profile({cpu(exponential(Duration{5e-3}))}), {server("gunicorn_sync", 1), server("gunicorn_sync", 2)}, 8));
  REQUIRE(comparison.verdicts.size() == 4);  // throughput, mean, p99, memory of one pair
  CHECK(verdict(comparison, Metric::throughput).verdict == models::Verdict::less);
  CHECK(verdict(comparison, Metric::throughput).difference == relative(-200.0, 0.05));
  CHECK(verdict(comparison, Metric::latency_mean).verdict == models::Verdict::more);
  CHECK(verdict(comparison, Metric::memory_mean).verdict == models::Verdict::no_difference_proven);
}

TEST_CASE("Ranges in a profile give the estimates at both ends and their midpoint") {
  // CPU factor 1.0..1.2 on 1 ms: latency 1.0..1.2 ms, throughput 833..1,000/s.
  Profile ranged = profile({cpu(Duration{1e-3})});
  ranged.threads.single_thread_cost = {models::Factor{1.1}, models::Factor{1.0}, models::Factor{1.2},
                                       models::Basis::derived, "a guess"};
  const models::DeploymentResult result = only(closed_scenario(ranged, {server("gunicorn_sync", 1)}, 1));
  CHECK(result[Metric::latency_mean].is_range());
  CHECK(result[Metric::latency_mean].low == relative(1.0e-3, 1e-9));
  CHECK(result[Metric::latency_mean].high == relative(1.2e-3, 1e-9));
  CHECK(result[Metric::latency_mean].mean == relative(1.1e-3, 1e-9));
  CHECK(result[Metric::throughput].low == relative(1000.0 / 1.2, 1e-3));
  CHECK(result[Metric::throughput].high == relative(1000.0, 1e-3));
  CHECK(result.basis == models::Basis::assumed);  // the kernel's time is
}

TEST_CASE("A difference is proven only if it is at every combination of ends") {
  Profile ranged = profile({cpu(exponential(Duration{1e-3}))});
  ranged.threads.single_thread_cost = {models::Factor{1.0}, models::Factor{0.5}, models::Factor{2.0},
                                       models::Basis::derived, "a guess"};
  models::Scenario scenario =
      closed_scenario(profile({cpu(exponential(Duration{1e-3}))}), {server("gunicorn_sync", 1), server("pool", 1)}, 8);
  scenario.profiles.emplace("ranged", ranged);
  scenario.deployments[1].profile = "ranged";
  CHECK(verdict(run(scenario), Metric::throughput).verdict == models::Verdict::no_difference_proven);
  scenario.profiles.at("ranged").threads.single_thread_cost.low = models::Factor{1.5};
  CHECK(verdict(run(scenario), Metric::throughput).verdict == models::Verdict::more);
}

TEST_CASE("Splits of keep-alive connections show as modes: k threads at work give k / S") {
  models::Scenario scenario = closed_scenario(profile({wait(Duration{0.25})}), {server("gunicorn_gthread", 2, 4)}, 8);
  scenario.profiles.at("built").accept.stickiness = models::assumed(models::Fraction{0.6});
  scenario.run.replications = 60;
  const models::DeploymentResult result = only(scenario);
  REQUIRE(result.modes.size() >= 3);
  double shares = 0.0;
  for (const models::Mode& mode : result.modes) {
    const double busy = mode.throughput * 0.25;
    CHECK(busy == relative(std::round(busy), 0.01));
    CHECK(busy > 3.9);
    CHECK(busy < 8.1);
    shares += mode.share;
  }
  CHECK(shares == relative(1.0, 1e-9));
  // Nothing splits where there is one process.
  scenario.deployments = {server("gunicorn_gthread", 1, 8)};
  CHECK(only(scenario).modes.empty());
}

TEST_CASE("An interrupted run says so and keeps what is whole") {
  models::RunOptions options;
  options.jobs = 1;
  options.stop_requested = [] { return true; };
  const models::Comparison comparison =
      models::run(closed_scenario(profile({cpu(Duration{1e-3})}), {server("gunicorn_sync", 1)}, 1), options);
  CHECK(comparison.interrupted);
  CHECK(comparison.deployments.empty());
}
