// SPDX-License-Identifier: MIT
#include "tools/compare/change.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "tests/tools/compare/stored.hpp"
#include "tools/compare/change_data.hpp"
#include "tools/compare/change_text.hpp"
#include "tools/compare/gate.hpp"
#include "tools/compare/pairing.hpp"

using models::Metric;
using models::Verdict;
using nlohmann::ordered_json;

namespace {

// sync-5 with these p99s before and after, everything else equal.
struct BeforeAfter {
  ordered_json before = stored::document();
  ordered_json after = stored::document();

  BeforeAfter(const std::vector<double>& first, const std::vector<double>& second) {
    stored::set(before, 0, "latency_p99_s", first);
    stored::set(after, 0, "latency_p99_s", second);
  }
  differences::Comparison compared() const {
    return differences::between(stored::read(before, "a.json"), stored::read(after, "b.json"));
  }
};

differences::Change of(const differences::Comparison& comparison, Metric metric, std::size_t deployment = 0) {
  return comparison.deployments.at(deployment).changes.at(static_cast<std::size_t>(metric));
}

differences::GateVerdict judged(const differences::Comparison& comparison, const std::string& gate) {
  const std::vector<differences::Gate> gates{std::get<differences::Gate>(differences::parse_gate(gate))};
  return differences::judge(gates, comparison).front().verdict;
}

bool noted(const differences::Comparison& comparison, std::string_view text) {
  for (const std::string& note : comparison.notes) {
    if (note.find(text) != std::string::npos) return true;
  }
  return false;
}

// 10 % more in every replication, while replications differ by half: pairs prove it, independent samples cannot.
const std::vector<double> slow{0.010, 0.015, 0.020, 0.012, 0.018, 0.014};
const std::vector<double> slower{0.0111, 0.0164, 0.0221, 0.0131, 0.0199, 0.0154};

}  // namespace

TEST_CASE("replications with one seed are compared in pairs") {
  const differences::Comparison comparison = BeforeAfter(slow, slower).compared();
  const differences::Change change = of(comparison, Metric::latency_p99);
  CHECK(change.pairs == 6);
  CHECK(change.verdict() == Verdict::more);
  CHECK(*change.relative() == doctest::Approx(0.0980 / 0.0890 - 1.0));
  CHECK(change.relative_interval()->low > 0.08);
  CHECK(change.relative_interval()->high < 0.12);
  CHECK(change.verdict(1.05) == Verdict::more);
  CHECK(change.verdict(1.20) == Verdict::less);
  CHECK(of(comparison, Metric::memory_mean).verdict() == Verdict::no_difference_proven);
}

TEST_CASE("other seeds make independent samples, which prove less") {
  BeforeAfter files(slow, slower);
  files.after["context"]["seed"] = 2;
  const differences::Comparison comparison = files.compared();
  CHECK(of(comparison, Metric::latency_p99).pairs == 0);
  CHECK(of(comparison, Metric::latency_p99).verdict() == Verdict::no_difference_proven);
  CHECK(noted(comparison, "the seeds differ (1 and 2)"));
  stored::set(files.after, 0, "latency_p99_s", {0.110, 0.116, 0.121, 0.113, 0.119, 0.114});
  CHECK(of(files.compared(), Metric::latency_p99).verdict() == Verdict::more);
}

TEST_CASE("of unequal numbers of replications the first are paired, and that is said") {
  const differences::Comparison comparison = BeforeAfter(slow, {slower.begin(), slower.begin() + 4}).compared();
  CHECK(of(comparison, Metric::latency_p99).pairs == 4);
  CHECK(noted(comparison, "sync-5: 6 and 4 replications, the first 4 are compared in pairs"));
}

// Ends of a range rest on intervals. With the same profile low is compared with low; with another one every end with
// every other, and 10..20 against 12..22 is then no proven difference.
TEST_CASE("a range differs only if its ends agree") {
  BeforeAfter files(slow, slower);
  const auto range = [](ordered_json& document, double low, double high) {
    document["deployments"][1]["metrics"]["latency_mean_s"] = {
        {"mean", (low + high) / 2}, {"half_width", 1e-4}, {"low", low}, {"high", high}};
    document["scenario"]["deployments"]["gthread-1x8"]["profile"] = "ft";
    document["scenario"]["profiles"]["ft"] = {{"name", "ft"}};
  };
  range(files.before, 0.010, 0.020);
  range(files.after, 0.012, 0.022);
  const differences::Change like = of(files.compared(), Metric::latency_mean, 1);
  CHECK(like.combinations.size() == 2);
  CHECK(like.verdict() == Verdict::more);
  files.after["scenario"]["profiles"]["ft"] = {{"name", "another"}};
  const differences::Comparison all = files.compared();
  CHECK(of(all, Metric::latency_mean, 1).combinations.size() == 4);
  CHECK(of(all, Metric::latency_mean, 1).verdict() == Verdict::no_difference_proven);
}

TEST_CASE("latencies of a saturated deployment mean nothing") {
  BeforeAfter files(slow, slower);
  files.after["deployments"][0]["saturated"] = true;
  CHECK(of(files.compared(), Metric::latency_p99).standing == differences::Standing::saturates);
  CHECK(judged(files.compared(), "latency_p99>+5%") == differences::GateVerdict::exceeded);
  CHECK(of(files.compared(), Metric::throughput).standing == differences::Standing::compared);
  std::swap(files.before, files.after);
  CHECK(of(files.compared(), Metric::latency_p99).standing == differences::Standing::saturated);
  CHECK(judged(files.compared(), "latency_p99>+5%") == differences::GateVerdict::unknown);
}

TEST_CASE("a gate fails only on what is proven") {
  const differences::Comparison clear = BeforeAfter(slow, slower).compared();
  CHECK(judged(clear, "latency_p99>+5%") == differences::GateVerdict::exceeded);
  CHECK(judged(clear, "latency_p99_s > 5%") == differences::GateVerdict::exceeded);
  CHECK(judged(clear, "latency_p99>+15%") == differences::GateVerdict::holds);
  CHECK(judged(clear, "latency_p99<-5%") == differences::GateVerdict::holds);
  CHECK(judged(clear, "throughput<-3%") == differences::GateVerdict::holds);
  // 10 % more on average, but one pair says the opposite.
  const differences::Comparison noisy = BeforeAfter(slow, {0.009, 0.018, 0.019, 0.015, 0.021, 0.016}).compared();
  CHECK(judged(noisy, "latency_p99>+5%") == differences::GateVerdict::suspected);
}

TEST_CASE("errors that come from none exceed any limit") {
  BeforeAfter files(slow, slow);
  stored::set(files.before, 0, "error_rate", {0, 0, 0, 0, 0, 0});
  stored::set(files.after, 0, "error_rate", {0.01, 0.011, 0.012, 0.009, 0.01, 0.01});
  const differences::Comparison comparison = files.compared();
  CHECK_FALSE(of(comparison, Metric::error_rate).relative().has_value());
  CHECK(of(comparison, Metric::error_rate).verdict() == Verdict::more);
  CHECK(judged(comparison, "error_rate>+50%") == differences::GateVerdict::exceeded);
}

TEST_CASE("a gate is spelt METRIC, sign and percent") {
  for (const char* wrong : {"latency_p99", ">5%", "latency_p99>5", "latency_p99>x%", "latency_p99>5ms",
                            "latency_p99>%", "latency_p99>1e2%", "throughput<-100%"}) {
    CAPTURE(wrong);
    CHECK(std::holds_alternative<std::string>(differences::parse_gate(wrong)));
  }
  const auto gate = std::get<differences::Gate>(differences::parse_gate("throughput<-2.5%"));
  CHECK(gate.metric == "throughput");
  CHECK_FALSE(gate.above);
  CHECK(gate.limit == doctest::Approx(-0.025));
}

TEST_CASE("a gate on what nobody has is refused, not passed") {
  const differences::Comparison comparison = BeforeAfter(slow, slower).compared();
  CHECK_THROWS_WITH_AS(judged(comparison, "throughputs>+5%"),
                       "--fail-on 'throughputs>+5%': there is no metric 'throughputs'; did you mean 'throughput'?",
                       differences::NothingToCompare);
  CHECK_THROWS_AS(judged(comparison, "lock_wait>+5%"), differences::NothingToCompare);
  CHECK_THROWS_WITH_AS(judged(comparison, "cost>+5%"),
                       "--fail-on 'cost>+5%': no deployment has this figure on both sides", differences::NothingToCompare);
}

// 100.00 to 104.00 is 4 %: above 3 %, not above 5 %; exactly at the limit is not beyond it.
TEST_CASE("bills are compared to the cent") {
  BeforeAfter files(slow, slow);
  files.before["deployments"][0]["bill"] = {{"cost_usd_per_month", "100.00"}, {"cost_usd_per_million_requests", "0.50"}};
  files.after["deployments"][0]["bill"] = {{"cost_usd_per_month", "104.00"}, {"cost_usd_per_million_requests", "0.50"}};
  const differences::Comparison comparison = files.compared();
  REQUIRE(comparison.deployments[0].bill.size() == 2);
  CHECK(comparison.deployments[0].bill[0].verdict() == Verdict::more);
  CHECK(comparison.deployments[0].bill[1].verdict() == Verdict::no_difference_proven);
  CHECK(judged(comparison, "cost>+3%") == differences::GateVerdict::exceeded);
  CHECK(judged(comparison, "cost_usd_per_month>+5%") == differences::GateVerdict::holds);
  CHECK(judged(comparison, "cost_usd_per_million_requests>+0%") == differences::GateVerdict::holds);
  const std::string table = differences::as_table(comparison, {Metric::throughput});
  CHECK(table.find("cost usd per month") != std::string::npos);
  CHECK(table.find("+4.00%") != std::string::npos);
  CHECK(table.find("the same") != std::string::npos);
}

// By hand: 100..120 against 110..130 overlap; against 125..140 they do not, and 125 is more than 1.03 but not more than
// 1.05 times the most that it was.
TEST_CASE("a bill that its uncertainty allows to be the same is not called another one") {
  BeforeAfter files(slow, slow);
  const auto month = [](const char* amount, const char* low, const char* high) {
    return nlohmann::ordered_json{{"cost_usd_per_month", amount}, {"cost_usd_per_month_low", low}, {"cost_usd_per_month_high", high}};
  };
  files.before["deployments"][0]["bill"] = month("110.00", "100.00", "120.00");
  files.after["deployments"][0]["bill"] = month("130.00", "110.00", "130.00");
  const differences::Comparison overlapping = files.compared();
  REQUIRE(overlapping.deployments[0].bill.size() == 1);
  CHECK(overlapping.deployments[0].bill[0].verdict() == Verdict::no_difference_proven);
  CHECK(judged(overlapping, "cost>+5%") == differences::GateVerdict::suspected);
  CHECK(differences::as_table(overlapping, {Metric::throughput}).find("100.00..120.00") != std::string::npos);
  files.after["deployments"][0]["bill"] = files.before["deployments"][0]["bill"];
  const std::string equal_ranges = differences::as_table(files.compared(), {Metric::throughput});
  CHECK(equal_ranges.find("100.00..120.00") != std::string::npos);
  CHECK(equal_ranges.find("the same") == std::string::npos);
  files.after["deployments"][0]["bill"] = month("130.00", "125.00", "140.00");
  const differences::Comparison apart = files.compared();
  CHECK(apart.deployments[0].bill[0].verdict() == Verdict::more);
  CHECK(judged(apart, "cost>+3%") == differences::GateVerdict::exceeded);
  CHECK(judged(apart, "cost>+5%") == differences::GateVerdict::suspected);
  CHECK(judged(apart, "cost<+0%") == differences::GateVerdict::holds);
}

TEST_CASE("deployments without a partner are named, and none in common is refused") {
  BeforeAfter files(slow, slower);
  files.after["deployments"][2]["name"] = "gthread-4x4";
  const differences::Comparison comparison = files.compared();
  CHECK(comparison.deployments.size() == 2);
  CHECK(noted(comparison, "gthread-2x4 is only in a.json"));
  CHECK(noted(comparison, "gthread-4x4 is only in b.json"));
  for (int i = 0; i < 3; ++i) files.after["deployments"][i]["name"] = std::string("x") + std::to_string(i);
  CHECK_THROWS_AS(files.compared(), differences::NothingToCompare);
}

TEST_CASE("another program or scenario is said") {
  BeforeAfter files(slow, slower);
  files.after["context"]["version"] = "0.2.0";
  files.after["context"]["scenario_hash"] = "0123456789abcdef";
  CHECK(noted(files.compared(), "forkcast 0.1.0 and 0.2.0"));
  CHECK(noted(files.compared(), "shop.yaml has changed"));
  files.after["context"]["scenario_file"] = "other.yaml";
  CHECK(noted(files.compared(), "different scenarios: shop.yaml and other.yaml"));
}

TEST_CASE("two deployments of one result are compared in pairs") {
  ordered_json document = stored::document();
  stored::set(document, 0, "latency_p99_s", slower);
  stored::set(document, 1, "latency_p99_s", slow);
  const differences::StoredResult result = stored::read(document);
  const differences::Comparison comparison = differences::within(result, "sync-5", "gthread-1x8");
  CHECK(of(comparison, Metric::latency_p99).verdict() == Verdict::more);
  CHECK(of(comparison, Metric::throughput).before.mean == 150.0);
  CHECK(comparison.deployments[0].name == "sync-5 against gthread-1x8");
  CHECK_THROWS_WITH_AS(differences::within(result, "sync-6", "sync-5"),
                       "a.json has no deployment 'sync-6'; it has sync-5, gthread-1x8, gthread-2x4",
                       differences::NothingToCompare);
}

TEST_CASE("all formats hold the same comparison") {
  const differences::Comparison comparison = BeforeAfter(slow, slower).compared();
  const std::vector<Metric> metrics{Metric::throughput, Metric::latency_p99};
  const ordered_json json = ordered_json::parse(differences::as_json(comparison, metrics, {}));
  CHECK(json["deployments"].size() == 3);
  CHECK(json["deployments"][0]["changes"][1]["verdict"] == "more");
  CHECK(json["deployments"][0]["changes"][1]["pairs"] == 6);
  CHECK(json["deployments"][0]["changes"][1]["relative"].get<double>() ==
        doctest::Approx(*of(comparison, Metric::latency_p99).relative()));
  const std::string csv = differences::as_csv(comparison, metrics);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 7);
  CHECK(csv.find("sync-5,sync-5,latency_p99_s,compared,") != std::string::npos);
  const std::string table = differences::as_table(comparison, metrics);
  CHECK(table.find("+10.1%") != std::string::npos);
  CHECK(table.find("no difference proven") != std::string::npos);
  CHECK(differences::as_markdown(comparison, metrics).find("|   latency p99 |") != std::string::npos);
}
