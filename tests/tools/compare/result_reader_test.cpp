// SPDX-License-Identifier: MIT
#include "tools/compare/result_reader.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "sim/random/stream.hpp"
#include "tests/tools/compare/stored.hpp"

using nlohmann::ordered_json;

namespace {

// What the reader says about a document that somebody changed.
std::vector<std::string> problems_after(const std::function<void(ordered_json&)>& damage) {
  ordered_json document = stored::document();
  damage(document);
  std::vector<std::string> problems;
  CHECK_FALSE(differences::parse_result("a.json", document.dump(), problems).has_value());
  return problems;
}

}  // namespace

TEST_CASE("what run writes is read back") {
  const differences::StoredResult result = stored::read(stored::document());
  REQUIRE(result.comparisons.size() == 1);
  const differences::StoredComparison& comparison = result.comparisons.front();
  CHECK(comparison.seed == 1);
  CHECK(comparison.version == "0.1.0");
  CHECK(comparison.scenario_file == "shop.yaml");
  REQUIRE(comparison.deployments.size() == 3);
  const differences::StoredDeployment& sync = *comparison.find("sync-5");
  CHECK(sync[models::Metric::throughput].estimate.mean == 233.0);
  CHECK(sync.replications() == 2);
  CHECK(std::isnan(sync[models::Metric::lock_wait].estimate.mean));
  CHECK(comparison.find("sync-6") == nullptr);
}

TEST_CASE("an array of results is as many comparisons") {
  ordered_json both = ordered_json::array({stored::document(), stored::document()});
  CHECK(stored::read(both).comparisons.size() == 2);
}

TEST_CASE("what later minor versions add is passed over") {
  ordered_json document = stored::document();
  document["format_version"] = "1.7";
  document["forecast"] = {{"weather", "rain"}};
  document["deployments"][0]["metrics"]["colour"] = "blue";
  CHECK(stored::read(document).comparisons.size() == 1);
}

TEST_CASE("a bill is read as the text it is") {
  ordered_json document = stored::document();
  document["deployments"][1]["bill"] = {{"currency", "USD"}, {"cost_usd_per_month", "123.40"}, {"nodes", 3}};
  const differences::StoredResult result = stored::read(document);
  const auto& bill = result.comparisons[0].deployments[1].bill;
  REQUIRE(bill.size() == 1);
  CHECK(bill[0].name == "cost_usd_per_month");
  CHECK(bill[0].text == "123.40");
  CHECK(bill[0].value == doctest::Approx(123.4));
}

TEST_CASE("every problem names the file and the place") {
  const auto one = [](const std::function<void(ordered_json&)>& damage) {
    const std::vector<std::string> problems = problems_after(damage);
    REQUIRE_FALSE(problems.empty());
    return problems.front();
  };
  CHECK(one([](ordered_json& d) { d.erase("context"); }) == "a.json: /context: is missing");
  CHECK(one([](ordered_json& d) { d["context"]["seed"] = -1; }) ==
        "a.json: /context/seed: must be a whole number, is a number");
  CHECK(one([](ordered_json& d) { d["deployments"][1]["name"] = 7; }) ==
        "a.json: /deployments/1/name: must be a text, is a number");
  CHECK(one([](ordered_json& d) { d["deployments"][2]["metrics"]["throughput_per_s"]["mean"] = "fast"; }) ==
        "a.json: /deployments/2/metrics/throughput_per_s/mean: must be a number or null, is a text");
  CHECK(one([](ordered_json& d) { d["deployments"][0]["metrics"].erase("memory_mean_bytes"); }) ==
        "a.json: /deployments/0/metrics/memory_mean_bytes: is missing");
  CHECK(one([](ordered_json& d) { d["deployments"][0]["replications"]["latency_p99_s"] = {1, 2, 3}; }) ==
        "a.json: /deployments/0/replications/latency_p99_s: has 3 values, the metrics before it have 2");
  CHECK(one([](ordered_json& d) { d["deployments"][1]["name"] = "sync-5"; }) ==
        "a.json: /deployments/1/name: \"sync-5\" is there twice");
  CHECK(one([](ordered_json& d) { d["deployments"][0]["bill"] = {{"cost_usd_per_month", 12.5}}; }) ==
        "a.json: /deployments/0/bill/cost_usd_per_month: must be a decimal text, is a number");
  CHECK(one([](ordered_json& d) { d["deployments"][0]["bill"] = {{"cost_usd_per_month", "1e3"}}; }) ==
        "a.json: /deployments/0/bill/cost_usd_per_month: must be a decimal text, is \"1e3\"");
  CHECK(one([](ordered_json& d) { d["format_version"] = "2.0"; }).find("use the program that wrote it") !=
        std::string::npos);
  CHECK(one([](ordered_json& d) { d = 5; }) == "a.json: the document: must be an object, is a number");
  CHECK(one([](ordered_json& d) { d = ordered_json::array(); }) == "a.json: the document: holds no result");
}

TEST_CASE("many problems are all told, up to a limit") {
  const std::vector<std::string> problems = problems_after([](ordered_json& d) {
    for (auto& [key, list] : d["deployments"][0]["replications"].items()) list = "many";
  });
  CHECK(problems.size() == 20);
}

TEST_CASE("what is no JSON is told with its line") {
  std::vector<std::string> problems;
  CHECK_FALSE(differences::parse_result("a.json", "{\n  \"context\": oops\n}", problems).has_value());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].starts_with("a.json: is no JSON: parse error at line 2"));
  problems.clear();
  CHECK_FALSE(differences::read_result("/nowhere/a.json", problems).has_value());
  CHECK(problems.size() == 1);
}

// Any prefix of a result and any single changed byte gives a result or problems, never a crash.
TEST_CASE("broken results are refused or read") {
  const std::string whole = stored::document().dump();
  for (std::size_t length = 0; length < whole.size(); length += 97) {
    std::vector<std::string> problems;
    CHECK_FALSE(differences::parse_result("a.json", whole.substr(0, length), problems).has_value());
    CHECK_FALSE(problems.empty());
  }
  sim::Stream random(5, 0, "damage", 0);
  for (int round = 0; round < 300; ++round) {
    std::string damaged = whole;
    damaged[random.below(damaged.size())] = "{}[]\",:0x"[random.below(9)];
    std::vector<std::string> problems;
    const bool is_read = differences::parse_result("a.json", damaged, problems).has_value();
    CHECK(is_read == problems.empty());
  }
}
