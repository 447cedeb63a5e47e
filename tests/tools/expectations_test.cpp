// SPDX-License-Identifier: MIT
#include "tools/report/expectations.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "tests/tools/sample.hpp"

namespace {

models::Expectation about(const std::string& metric) {
  models::Expectation one;
  one.deployment = "sync-5";
  one.metric = metric;
  return one;
}

report::Checked judged(const models::Expectation& expectation, const models::Comparison& base = sample::closed()) {
  models::Comparison comparison = base;
  comparison.scenario.expect = {expectation};
  const std::vector<report::Checked> all = report::check(comparison);
  REQUIRE(all.size() == 1);
  report::Checked one = all.front();
  one.expectation = nullptr;  // it points into this function
  return one;
}

}  // namespace

TEST_CASE("a bound passes on its own side and fails on the other, and shows the number") {
  models::Expectation one = about("throughput");
  one.at_least = 233.0;
  CHECK(report::line(judged(one)) == "✓ sync-5 throughput at least 233/s: 233/s");
  one.at_least = 234.0;
  CHECK(report::line(judged(one)) == "✗ sync-5 throughput at least 234/s: 233/s");
  one.at_least.reset();
  one.at_most = 232.9;
  CHECK_FALSE(judged(one).passed);
  one.at_most = 233.0;
  CHECK(judged(one).passed);
}

TEST_CASE("near is a relative tolerance on both sides") {
  models::Expectation one = about("throughput");
  one.within = models::Fraction{0.01};
  for (const auto& [value, passes] : {std::pair{231.0, true}, {235.0, true}, {230.0, false}, {236.0, false}}) {
    one.near = value;
    CHECK(judged(one).passed == passes);
  }
}

TEST_CASE("an interval contains what lies within its half width; one replication has no interval") {
  models::Comparison comparison = sample::closed();
  models::Expectation one = about("throughput");  // 233 +- 2.33
  one.interval_contains = 235.0;
  CHECK(judged(one, comparison).passed);
  one.interval_contains = 236.0;
  CHECK_FALSE(judged(one, comparison).passed);
  comparison.deployments[0].estimates[0].half_width = std::numeric_limits<double>::infinity();
  const report::Checked unknown = judged(one, comparison);
  CHECK_FALSE(unknown.passed);
  CHECK(unknown.found == "one replication gives no interval");
}

TEST_CASE("a bound on a range must hold at its bad end") {
  models::Comparison comparison = sample::closed();
  comparison.deployments[0].estimates[0] = sample::range(200.0, 250.0);
  models::Expectation one = about("throughput");
  one.at_least = 210.0;
  CHECK_FALSE(judged(one, comparison).passed);
  one.at_least = 199.0;
  one.at_most.reset();
  CHECK(judged(one, comparison).passed);
  one.at_least.reset();
  one.at_most = 240.0;
  CHECK_FALSE(judged(one, comparison).passed);
}

TEST_CASE("words are compared as they are written") {
  models::Expectation one;
  one.deployment = "sync-5";
  one.binds = "workers";
  CHECK(judged(one).passed);
  one.binds = "cpu_quota";
  CHECK(report::line(judged(one)) == "✗ sync-5 binds cpu_quota: workers");
  one.binds.clear();
  one.slo = "ok";
  CHECK_FALSE(judged(one).passed);
}

TEST_CASE("what cannot be judged fails") {
  models::Expectation one = about("pool_wait");
  one.at_least = 0.0;
  CHECK(judged(one).found == "does not apply");
  CHECK_FALSE(judged(one).passed);

  models::Comparison comparison = sample::open();
  comparison.deployments[0].saturated = true;
  one = about("latency_p99");
  one.at_most = 100.0;
  CHECK(judged(one, comparison).found == "saturated");
  CHECK_FALSE(judged(one, comparison).passed);

  one.deployment = "absent";
  CHECK(judged(one).found == "it did not finish");
  CHECK_FALSE(judged(one).passed);
}

TEST_CASE("a capacity can be expected, at its bad end where it is a range") {
  models::Comparison comparison = sample::closed();
  models::Expectation one = about("capacity");
  one.at_least = 100.0;
  CHECK(judged(one, comparison).found == "no capacity was found");
  models::Capacity& capacity = comparison.deployments[0].capacity.emplace();
  capacity.reason = "p99";
  CHECK(judged(one, comparison).found == "no load keeps the promises: p99");
  CHECK_FALSE(judged(one, comparison).passed);
  capacity.any = true;
  capacity.load = sample::range(90.0, 120.0);
  CHECK_FALSE(judged(one, comparison).passed);
  one.at_least = 90.0;
  CHECK(judged(one, comparison).passed);
  one.at_least.reset();
  one.at_most = 119.0;
  CHECK_FALSE(judged(one, comparison).passed);
}

TEST_CASE("every bound of one expectation is judged") {
  models::Comparison comparison = sample::closed();
  models::Expectation one = about("throughput");
  one.at_least = 100.0;
  one.at_most = 200.0;
  one.binds = "workers";
  comparison.scenario.expect = {one};
  const std::vector<report::Checked> all = report::check(comparison);
  REQUIRE(all.size() == 3);
  CHECK(all[0].passed);
  CHECK(all[1].passed);
  CHECK_FALSE(all[2].passed);
}
