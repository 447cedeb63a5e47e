// SPDX-License-Identifier: MIT
#include "tools/report/day_view.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/tools/sample.hpp"
#include "tools/report/expectations.hpp"
#include "tools/report/reading.hpp"
#include "tools/report/reporter.hpp"

using models::DayMetric;
using nlohmann::ordered_json;

namespace {

models::Day day(double hours, double missed) {
  models::Day result;
  result.length_s = 86400.0;
  for (models::Estimate& one : result.estimates) one = sample::point(0.0);
  const auto set = [&](DayMetric metric, models::Estimate value) { result.estimates[static_cast<std::size_t>(metric)] = value; };
  set(DayMetric::replica_hours, sample::point(hours, 1.0));
  set(DayMetric::missed_minutes, sample::point(missed));
  set(DayMetric::start_up, sample::point(22.0));
  set(DayMetric::idle, sample::range(0.25, 0.35));
  result.parts.push_back({0.0, 90.0, 2.0, 1.0, 0.01});
  return result;
}

models::Comparison with_days() {
  models::Comparison comparison = sample::open();
  comparison.deployments[0].day = day(184.0, 12.0);
  comparison.deployments[1].day = day(96.0, 3.0);
  return comparison;
}

}  // namespace

TEST_CASE("the day has a row for each deployment, also for one that has none") {
  CHECK_FALSE(report::has_days(sample::open()));
  const report::Grid grid = report::day_grid(with_days());
  const auto column = [&](const std::string& title) {
    return std::ranges::find(grid.columns, title, &report::Column::title)->cells;
  };
  CHECK(column("REPLICA-HOURS") == std::vector<std::string>{"184", "96", "-"});
  CHECK(column("MISSED MIN") == std::vector<std::string>{"12", "3", "-"});
  CHECK(column("IDLE") == std::vector<std::string>{"25.0..35.0%", "25.0..35.0%", "-"});
  CHECK(column("START-UP")[0] == "22.0s");
}

TEST_CASE("every number that is said of a day stands in the JSON") {
  const models::Comparison comparison = with_days();
  const ordered_json json =
      ordered_json::parse(report::make_json()->serialize({&comparison, 1}, {"0.1.0", "forkcast run shop.yaml", false}));
  CHECK(json["deployments"][2]["day"].is_null());
  CHECK(json["deployments"][0]["day"]["metrics"]["replica_hours"]["half_width"] == 1.0);
  CHECK(json["deployments"][0]["day"]["parts"][0]["rate_per_s"] == 90.0);
  bool said = false;
  for (const report::Sentence& sentence : report::reading(comparison)) {
    if (sentence.text.find("replica-hours") == std::string::npos) continue;
    said = true;
    CHECK(sentence.numbers.size() == 6);
    for (const report::QuotedNumber& quoted : sentence.numbers) {
      CHECK(sentence.text.find(quoted.text) != std::string::npos);
      for (const std::string& at : quoted.at) CHECK(json.contains(ordered_json::json_pointer(at)));
    }
  }
  CHECK(said);
}

TEST_CASE("a flat row has as many cells of a day as columns, and none of them without one") {
  std::vector<std::string> columns;
  report::add_day_columns(columns, {"usd"});
  CHECK(columns.size() == models::day_metric_count + 3);
  models::DeploymentResult result;
  std::vector<report::Cell> without;
  report::add_day_cells(without, result, {"usd"});
  CHECK(without == std::vector<report::Cell>(columns.size()));
  result.day = day(184.0, 12.0);
  result.day_cost = models::DayCost{};
  std::vector<report::Cell> with;
  report::add_day_cells(with, result, {"usd"});
  CHECK(with.size() == columns.size());
  CHECK(with != without);
}

TEST_CASE("what a day costs is shown, said and written where it is known") {
  models::Comparison comparison = with_days();
  const report::Grid unpriced = report::day_grid(comparison);
  CHECK(std::ranges::find(unpriced.columns, "A DAY", &report::Column::title) == unpriced.columns.end());
  const models::Currency usd;
  comparison.deployments[0].day_cost = models::DayCost{{4'510'000'000, usd}, {4'450'000'000, usd}, {4'570'000'000, usd}};
  const report::Grid grid = report::day_grid(comparison, std::string::npos);
  const auto column = std::ranges::find(grid.columns, "A DAY", &report::Column::title);
  REQUIRE(column != grid.columns.end());
  CHECK(column->cells == std::vector<std::string>{"$4.45..4.57", "-", "-"});
  const ordered_json json = ordered_json::parse(report::make_json()->serialize({&comparison, 1}, {"1", "forkcast", false}));
  CHECK(json["deployments"][0]["day"]["cost_usd_per_day"] == "4.51");
  CHECK(json["deployments"][0]["day"]["cost_usd_per_day_high"] == "4.57");
  CHECK_FALSE(json["deployments"][1]["day"].contains("cost_usd_per_day"));
  CHECK(report::text_of(report::reading(comparison)).find("184 replica-hours, $4.45..4.57, and misses") != std::string::npos);
}

TEST_CASE("a day can be expected") {
  models::Comparison comparison = with_days();
  models::Expectation expectation;
  expectation.deployment = "sync-5";
  expectation.metric = "day_missed_minutes";
  expectation.at_most = 10.0;
  comparison.scenario.expect = {expectation};
  CHECK_FALSE(report::check(comparison).front().passed);
  comparison.scenario.expect[0].at_most = 12.0;
  CHECK(report::check(comparison).front().passed);
  comparison.scenario.expect[0].deployment = "gthread-2x4";
  CHECK_FALSE(report::check(comparison).front().passed);
  CHECK(report::check(comparison).front().found == "there is no autoscaler");
}
