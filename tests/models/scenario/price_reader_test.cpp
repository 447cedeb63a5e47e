// SPDX-License-Identifier: MIT
// Price sheets: read by themselves, named by a scenario, and refused where they would compare what cannot be compared.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "models/fields/money.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/resolved.hpp"
#include "tests/temporary_folder.hpp"

namespace {

constexpr const char* head = "currency: USD\nregion: here\nsource: a list\ndate: \"2026-01-01\"\n";
constexpr const char* two_cores = "nodes:\n  a.1: {vcpu: 2, memory: 8GiB, price: $0.1/h, core: a}\n"
                                  "  a.2: {vcpu: 4, memory: 16GiB, price: $0.2/h, core: a}\n"
                                  "  b.1: {vcpu: 2, memory: 8GiB, price: $0.08/h, core: b}\n";

std::string first_line(const models::Diagnostics& diagnostics) {
  const std::string text = render(diagnostics, false);
  return text.substr(0, text.find('\n'));
}

std::string complaint(const std::string& sheet) {
  models::Diagnostics diagnostics;
  const auto read = models::parse_price_sheet("x.prices.yaml", sheet, diagnostics);
  CHECK(read.has_value() == !diagnostics.has_errors());
  return read ? "" : first_line(diagnostics);
}

struct Read {
  std::optional<models::Scenario> scenario;
  std::string text;
};

Read with_cost(const std::string& cost, const std::string& more = {}) {
  const TemporaryFolder folder;
  folder.file("p/list.prices.yaml", std::string(head) + two_cores);
  folder.file("p/other.prices.yaml",
              std::string(head) + "containers: {c: {vcpu: $0.04/h, memory: {rate: $0.004/h, verified: false}}}\n");
  folder.file("p/euro.prices.yaml", "currency: EUR\nregion: r\nsource: s\ndate: d\n"
                                    "nodes: {e: {vcpu: 2, memory: 8GiB, price: 5 EUR/h}}\n");
  models::Diagnostics diagnostics;
  Read read;
  read.scenario = models::read_scenario(
      folder.file("s.yaml", "service: {load: 3/s, slo: {p99: 1s}}\nprofiles: {p: {kernels: {k: {phases: [{cpu: 1ms}]}}}}\n"
                            "deployments: {one: {profile: p, runtime: processes}}\n" + more + "cost: " + cost + "\n"),
      {}, diagnostics);
  const std::string line = first_line(diagnostics);
  read.text = line.starts_with(folder.path()) ? line.substr(folder.path().size()) : line;
  return read;
}

}  // namespace

TEST_CASE("a sheet is read with every price in its currency") {
  models::Diagnostics diagnostics;
  const auto sheet = models::parse_price_sheet("x.prices.yaml", std::string(head) + two_cores, diagnostics);
  REQUIRE_MESSAGE(sheet, render(diagnostics, false));
  CHECK(sheet->name == "x");
  CHECK(sheet->nodes.size() == 3);
  CHECK(models::exact_text(sheet->nodes[1].price.rate.per_hour) == "$0.2");
  CHECK(sheet->nodes[1].max_pods == 110);
  CHECK(sheet->nodes[1].price.verified);
}

TEST_CASE("what is wrong with a sheet is said where it stands") {
  CHECK(complaint(head).find("the price sheet has no prices") != std::string::npos);
  CHECK(complaint(std::string(head) + "nodes: {n: {vcpu: 2, memory: 8GiB, price: 0.1/h}}\n") ==
        "x.prices.yaml:5:43: error: 'price' needs a currency");
  CHECK(complaint(std::string(head) + "nodes: {n: {vcpu: 2, memory: 8GiB, price: 1 EUR/h}}\n").find("is not in USD") !=
        std::string::npos);
  CHECK(complaint("currency: dollars\nregion: r\nsource: s\ndate: d\nnodes: {n: {vcpu: 2, memory: 8GiB, price: $1/h}}\n")
            .find("'currency' must be a code") != std::string::npos);
  CHECK(complaint(std::string(head) + "nodes: {n: {vcpu: 2, memory: 8GiB}}\n").find("'price' is missing") != std::string::npos);
  CHECK(complaint(std::string(head) + "containers: {c: {vcpu: $1/h, memory: $1/h, vcpu_sizes: [2, 1]}}\n").find("ascend") !=
        std::string::npos);
  CHECK(complaint(std::string(head) + "containers: {c: {vcpu: $1/h, memory: $1/h, idle_vcpu: $1/h}}\n")
            .find("'billed: busy'") != std::string::npos);
  CHECK(complaint("region: r\nsource: s\ndate: d\nnodes: {n: {vcpu: 2, memory: 8GiB, price: $1/h}}\n")
            .find("'currency' is missing") != std::string::npos);
}

TEST_CASE("the shipped sheets are sound") {
  for (const char* name : {"ec2-us-east-1", "fargate-us-east-1", "cloud-run-tier-1", "container-apps"}) {
    models::Diagnostics diagnostics;
    CAPTURE(name);
    const std::string file = std::string(FORKCAST_SOURCE_DIR) + "/scenarios/prices/" + name + ".prices.yaml";
    CHECK_MESSAGE(models::lint(file, diagnostics), render(diagnostics, false));
  }
}

TEST_CASE("a scenario keeps of its sheets what it asks for") {
  const auto [one, text] = with_cost("{sheet: p/list.prices.yaml, nodes: [a.2, a.1]}");
  REQUIRE_MESSAGE(one, text);
  REQUIRE(one->cost.priced.size() == 1);
  CHECK(one->cost.priced[0].nodes.size() == 2);
  const auto resolved = models::resolved(*one);
  CHECK(resolved["cost"]["priced"][0]["nodes"]["a.1"]["price"]["rate_per_h"] == "0.1 USD");

  const auto [both, why] = with_cost("{sheets: [p/list.prices.yaml, p/other.prices.yaml], node: a.1, containers: [c], speeds: {a: 1, c: 0.9}}");
  REQUIRE_MESSAGE(both, why);
  CHECK(both->cost.priced[0].nodes.size() == 1);
  CHECK(both->cost.priced[1].containers.size() == 1);
  CHECK(with_cost("{sheet: p/other.prices.yaml}").scenario->cost.priced[0].containers.size() == 1);
}

TEST_CASE("a scenario without prices resolves to one without a word about them") {
  models::Diagnostics diagnostics;
  const auto scenario = models::parse_scenario(
      "s.yaml", "service: {load: 3/s}\nprofiles: {p: {kernels: {k: {phases: [{cpu: 1ms}]}}}}\n"
                "deployments: {one: {profile: p, runtime: processes}}\n", {}, diagnostics);
  REQUIRE(scenario);
  CHECK_FALSE(models::resolved(*scenario).contains("cost"));
  CHECK(models::resolved(*scenario)["replicas"] == 1);
}

TEST_CASE("kinds of cores are compared only where each has a speed") {
  CHECK(with_cost("{sheet: p/list.prices.yaml, nodes: [a.1, a.2]}").text.empty());
  CHECK(with_cost("{sheet: p/list.prices.yaml, nodes: [a.1, b.1]}").text ==
        "s.yaml:4:1: error: a price on 'a.1' cannot be compared with one on cores of 'b': nothing says how fast its cores are");
  CHECK(with_cost("{sheet: p/list.prices.yaml, nodes: [a.1, b.1], speeds: {a: 1, b: 0.8}}").text.empty());
  CHECK(with_cost("{sheet: p/list.prices.yaml, nodes: [a.1, a.2], speeds: {c: 0.8}}").text.find("cores called 'c'") !=
        std::string::npos);
}

TEST_CASE("what a cost block names must be there, and in one currency") {
  CHECK(with_cost("{sheet: p/list.prices.yaml}").text.find("does not say which nodes") != std::string::npos);
  CHECK(with_cost("{sheet: p/list.prices.yaml, node: a.3}").text.find("no price sheet has a type of node 'a.3'") != std::string::npos);
  CHECK(with_cost("{sheet: p/gone.prices.yaml, node: a.1}").text.find("cannot be opened") != std::string::npos);
  CHECK(with_cost("{sheets: [p/list.prices.yaml, p/euro.prices.yaml], nodes: [a.1, e]}").text.find("EUR cannot be compared") !=
        std::string::npos);
  CHECK(with_cost("{node: a.1}").text.find("needs either 'sheet' or 'sheets'") != std::string::npos);
}

TEST_CASE("replicas may be a number or auto") {
  const auto [automatic, text] = with_cost("{sheet: p/list.prices.yaml, node: a.1}", "replicas: auto\n");
  REQUIRE_MESSAGE(automatic, text);
  CHECK(automatic->replicas == 0);
  CHECK(models::resolved(*automatic)["replicas"] == "auto");
  CHECK_FALSE(with_cost("{sheet: p/list.prices.yaml, node: a.1}", "replicas: 0\n").scenario);
  CHECK_FALSE(with_cost("{sheet: p/list.prices.yaml, node: a.1}", "replicas: many\n").scenario);
}
