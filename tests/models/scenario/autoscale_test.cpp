// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/explain.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/resolved.hpp"

#include <nlohmann/json.hpp>

namespace {

std::string scenario(const std::string& autoscale, const std::string& rest = "container: {limits: {cpu: 1}}\n",
                     const std::string& load = "100/s") {
  return "service: {load: " + load + "}\n" + rest +
         "profiles: {app: {kernels: {request: {phases: [{cpu: 1ms}]}}}}\n"
         "deployments: {one: {profile: app, server: gunicorn_sync}}\n"
         "autoscale: " + autoscale + "\n";
}

std::string first_problem(const std::string& text) {
  models::Diagnostics diagnostics;
  CHECK_FALSE(models::parse_scenario("day.yaml", text, {}, diagnostics).has_value());
  const auto found = diagnostics.sorted();
  return found.empty() ? std::string("none") : found.front().summary;
}

}  // namespace

TEST_CASE("an autoscale block is read with its day") {
  models::Diagnostics diagnostics;
  const auto read = models::parse_scenario(
      "day.yaml", scenario("{max: 20, min: 2, target_cpu: 70%, day: [{at: 4h, load: 90/s}, {at: 12h, load: 900/s}]}"), {}, diagnostics);
  REQUIRE(read.has_value());
  CHECK(read->autoscale.max == 20);
  CHECK(read->autoscale.min == 2);
  CHECK(read->autoscale.target_cpu.value == 0.7);
  CHECK(read->autoscale.sync.seconds == 15.0);
  REQUIRE(read->autoscale.day.size() == 2);
  CHECK(read->autoscale.day[1].at.seconds == 43200.0);
  CHECK(models::resolved(*read)["autoscale"]["stabilize_down_s"] == 300.0);
}

TEST_CASE("without the block there is no autoscaler") {
  models::Diagnostics diagnostics;
  std::string text = scenario("{max: 2}");
  text.erase(text.find("autoscale"));
  const auto read = models::parse_scenario("day.yaml", text, {}, diagnostics);
  REQUIRE(read.has_value());
  CHECK_FALSE(read->autoscale.max.has_value());
  CHECK_FALSE(models::resolved(*read)["autoscale"].contains("min"));
}

TEST_CASE("what an autoscaler cannot work with is refused") {
  CHECK(first_problem(scenario("{}")) == "'autoscale' needs 'max'");
  CHECK(first_problem(scenario("{min: 2}")) == "'min' has an effect only with 'max'");
  CHECK(first_problem(scenario("{max: 2, min: 3}")) == "'min' is more than 'max'");
  CHECK(first_problem(scenario("{max: 2, mim: 1}")) == "unknown key 'mim' in 'autoscale'");
  CHECK(first_problem(scenario("{max: 2}", "")) == "the autoscaler needs a CPU request: use is a share of it");
  CHECK(first_problem(scenario("{max: 2}", "container: {limits: {cpu: 1}}\n", "{connections: 8}")) == "a day needs open arrivals");
  CHECK(first_problem(scenario("{max: 2, day: [{at: 4h, load: 9/s}, {at: 3h, load: 8/s}]}")) ==
        "the points of a day must ascend: this one is not after the one before it");
  CHECK(first_problem(scenario("{max: 2, day: [{at: 25h, load: 9/s}]}")) == "a day has 24 hours");
  CHECK(first_problem(scenario("{max: 2, trace: nowhere.csv}")).find("nowhere.csv") != std::string::npos);
  CHECK(first_problem(scenario("{max: 2, day: [{at: 4h, load: 9/s}], trace: nowhere.csv}")) ==
        "'trace' and 'day' exclude each other");
}

TEST_CASE("every field of the block is explained") {
  for (const char* path : {"autoscale", "autoscale.target_cpu", "autoscale.day.load", "autoscale.stabilize_down"}) {
    CAPTURE(path);
    CHECK(models::explain(path).has_value());
  }
}
