// SPDX-License-Identifier: MIT
// Density and money in every format, from a bill made by hand.
#include "tools/report/cost_view.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/fields/money_text.hpp"
#include "tests/tools/sample.hpp"
#include "tools/report/expectations.hpp"
#include "tools/report/reading.hpp"
#include "tools/report/reporter.hpp"

namespace {

using nlohmann::json;

models::Money dollars(const std::string& number) { return std::get<models::Money>(models::parse_money("$" + number)); }

models::Quote quote(const std::string& offer, const std::string& month, const std::string& million, bool holds = true) {
  models::Quote one;
  one.offer = offer;
  one.origin = {"EC2 on demand", "us-east-1", "a list", "2026-07-20", true};
  one.holds = holds;
  one.replicas = 5;
  one.nodes = 2;
  one.share = 0.25;
  one.vcpu = {8.0};
  one.memory = {32.0 * 1073741824.0};
  one.per_month = dollars(month);
  one.per_million_requests = dollars(million);
  one.least = one.most = one;
  one.idle = 0.4;
  return one;
}

models::Density density() {
  models::Density one;
  one.node = "m7i.2xlarge";
  one.cores = {8.0};
  one.allocatable = {{7.91}, {30.0 * 1073741824.0}, 58};
  one.pod.memory = {300.0 * 1048576.0};
  one.by_cpu_requests = 7;
  one.by_memory_requests = 30;
  one.by_max_pods = 58;
  one.containers = 7;
  one.binds = models::DensityLimit::cpu_requests;
  one.load_of_one = 100.0;
  one.load_of_node = 680.0;
  one.load_of_node_half_width = 10.0;
  return one;
}

// sync-5 is the dearest, gthread-2x4 the cheapest; gthread-1x8 has no price.
models::Comparison priced() {
  models::Comparison comparison = sample::open();
  comparison.scenario.cost.priced.emplace_back();
  auto& deployments = comparison.deployments;
  deployments[0].bill = models::Bill{{quote("m7i.2xlarge", "368.125", "0.13991"), quote("m7i.xlarge", "400", "0.2")}, 0};
  deployments[0].density = density();
  models::Quote refused;
  refused.offer = "m7i.2xlarge";
  refused.refused = "no load keeps the promises: p99";
  deployments[1].bill = models::Bill{{refused, refused}, std::nullopt};
  deployments[2].bill = models::Bill{{quote("m7i.2xlarge", "250.5", "0.0953"), quote("m7i.xlarge", "240.005", "0.0913")}, 1};
  deployments[2].bill->quotes[1].origin.verified = false;
  return comparison;
}

std::string rendered(const models::Comparison& comparison, std::string_view format, report::View view = report::View::scenario) {
  return report::format_named(format)->make()->serialize({&comparison, 1}, {"1", "forkcast", false, view});
}

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> all;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) all.push_back(field);
  return all;
}

const std::string& cell(const report::Grid& grid, const std::string& title, std::size_t row) {
  const auto found = std::ranges::find(grid.columns, title, &report::Column::title);
  REQUIRE_MESSAGE(found != grid.columns.end(), title);
  return found->cells.at(row);
}

}  // namespace

TEST_CASE("the cost view shows what each costs on its cheapest offer, and on every offer") {
  const report::Grid grid = report::cost_grid(priced());
  CHECK(cell(grid, "A MONTH", 0) == "$368.12");   // 368.125: halves to even
  CHECK(cell(grid, "A MONTH", 1) == "-");
  CHECK(cell(grid, "1M REQUESTS", 0) == "$0.1399");
  CHECK(cell(grid, "ON", 2) == "m7i.xlarge (unverified)");
  CHECK(cell(grid, "SLO", 1) == "no price");
  CHECK(cell(grid, "PODS", 0) == "5");
  CHECK(cell(grid, "NODES", 0) == "2");
  const report::Grid offers = report::offers_grid(priced());
  CHECK(cell(offers, "OFFER", 1) == "m7i.xlarge");
  CHECK(cell(offers, "A MONTH", 1) == "$400.00");
  CHECK(cell(offers, "A MONTH", 4) == "$250.50");
  CHECK(cell(offers, "A MONTH", 2) == "-");
  CHECK(cell(offers, "", 2) == "no price: no load keeps the promises: p99");
  CHECK(cell(offers, "", 4) == "");
  CHECK(cell(offers, "", 5) == "cheapest");
  models::Comparison one_offer = priced();
  for (auto& deployment : one_offer.deployments) deployment.bill->quotes.pop_back();
  one_offer.deployments[2].bill->chosen = 0;
  CHECK(report::offers_grid(one_offer).columns.empty());
}

TEST_CASE("an amount is shown between the least and the most that its uncertainty allows") {
  models::Comparison comparison = priced();
  models::Quote& cheapest = comparison.deployments[2].bill->quotes[1];
  cheapest.most.per_month = dollars("300");
  CHECK(cell(report::cost_grid(comparison), "A MONTH", 2) == "$240.00..300.00");
  const json bill = json::parse(rendered(comparison, "json"))["deployments"][2]["bill"];
  CHECK(bill["cost_usd_per_month"] == "240.00");
  CHECK(bill["cost_usd_per_month_low"] == "240.00");
  CHECK(bill["cost_usd_per_month_high"] == "300.00");
  CHECK(rendered(comparison, "csv").find(",240.00,240.00,300.00,") != std::string::npos);
  CHECK(report::text_of(report::reading(comparison)).find("gthread-2x4 costs the least: $240.00..300.00 a month") != std::string::npos);
  // As much as the other one may cost: nothing is proven.
  cheapest.most.per_month = dollars("370");
  const std::string undecided = report::text_of(report::reading(comparison));
  INFO(undecided);
  CHECK(undecided.find("No difference in cost is proven between the cheapest, gthread-2x4 ($240.00..370.00 a month), "
                       "sync-5 ($368.12 a month).") != std::string::npos);
  models::Expectation expectation;
  expectation.deployment = "gthread-2x4";
  expectation.cost_at_most = dollars("300");
  comparison.scenario.expect = {expectation};
  CHECK_FALSE(report::check(comparison).front().passed);
  comparison.scenario.expect[0].cost_at_most = dollars("370");
  CHECK(report::check(comparison).front().passed);
  comparison.scenario.expect[0].cost_at_most.reset();
  comparison.scenario.expect[0].cheaper_than = "sync-5";
  CHECK_FALSE(report::check(comparison).front().passed);
  cheapest.most.per_month = dollars("300");
  CHECK(report::check(comparison).front().passed);
}

TEST_CASE("the density view shows containers on a node by each resource") {
  const report::Grid grid = report::density_grid(priced(), std::string::npos);
  CHECK(cell(grid, "BY CPU", 0) == "7");
  CHECK(cell(grid, "BY USE", 0) == "-");
  CHECK(cell(grid, "BINDS", 0) == "cpu requests");
  CHECK(cell(grid, "RPS@SLO/NODE", 0) == "680/s");
  CHECK(cell(grid, "PODS/NODE", 1) == "-");
}

TEST_CASE("costs are the default view where there are prices, and the others are a word away") {
  CHECK(rendered(priced(), "table").find("A MONTH") != std::string::npos);
  CHECK(rendered(priced(), "markdown").find("| A MONTH |") != std::string::npos);
  CHECK(rendered(priced(), "table", report::View::compare).find("A MONTH") == std::string::npos);
  CHECK(rendered(priced(), "table", report::View::density).find("PODS/NODE") != std::string::npos);
  CHECK(rendered(sample::open(), "table", report::View::cost).find("A MONTH") == std::string::npos);
}

TEST_CASE("amounts in JSON are decimal texts of fixed rounding with the currency in the name") {
  const json results = json::parse(rendered(priced(), "json"));
  const json& bill = results["deployments"][0]["bill"];
  CHECK(bill["cost_usd_per_month"] == "368.12");
  CHECK(bill["cost_usd_per_million_requests"] == "0.1399");
  CHECK(bill["cost_usd_per_job"].is_null());
  CHECK(bill["offer"] == "m7i.2xlarge");
  CHECK(bill["quotes"].size() == 2);
  CHECK(bill["quotes"][1]["cost_usd_per_month"] == "400.00");
  CHECK(results["deployments"][1]["bill"]["cost_usd_per_month"].is_null());
  CHECK(results["deployments"][1]["bill"]["quotes"][0]["refused"] == "no load keeps the promises: p99");
  CHECK(results["deployments"][0]["density"]["containers"] == 7);
  CHECK(results["deployments"][1]["density"].is_null());
}

TEST_CASE("CSV has a column for each figure in each currency there is") {
  models::Comparison comparison = priced();
  std::istringstream text(rendered(comparison, "csv"));
  std::string header;
  std::string row;
  std::getline(text, header);
  std::getline(text, row);
  header.pop_back();
  const std::vector<std::string> names = fields(header);
  const auto at = std::ranges::find(names, "cost_usd_per_month") - names.begin();
  REQUIRE(static_cast<std::size_t>(at) < names.size());
  CHECK(fields(row).at(static_cast<std::size_t>(at)) == "368.12");
  comparison.deployments[0].bill->quotes[0].currency = models::Currency{{'C', 'H', 'F'}};
  CHECK(report::currencies({&comparison, 1}) == std::vector<std::string>{"chf", "usd"});
  const models::Comparison plain = sample::open();
  CHECK(report::currencies({&plain, 1}) == std::vector<std::string>{"usd"});
}

TEST_CASE("the reading says who costs the least, and every amount stands in the results") {
  const models::Comparison comparison = priced();
  const json results = json::parse(rendered(comparison, "json"));
  const std::vector<report::Sentence> sentences = report::reading(comparison);
  const std::string text = report::text_of(sentences);
  INFO(text);
  CHECK(text.find("gthread-2x4 costs the least: $240.00 a month ($0.0913 for a million requests), 5 pods on 2 x m7i.xlarge; "
                  "then sync-5 $368.12 a month.") != std::string::npos);
  CHECK(text.find("No price that keeps the promises was found for gthread-1x8.") != std::string::npos);
  CHECK(text.find("EC2 on demand (us-east-1, 2026-07-20), some of them not verified") != std::string::npos);
  int amounts = 0;
  for (const report::Sentence& sentence : sentences) {
    for (const report::QuotedNumber& quoted : sentence.numbers) {
      CHECK(sentence.text.find(quoted.text) != std::string::npos);
      if (!quoted.text.starts_with('$')) continue;
      ++amounts;
      CHECK(results.at(json::json_pointer(quoted.at.front())) == quoted.text.substr(1));
    }
  }
  CHECK(amounts == 3);
}

TEST_CASE("two deployments cost the same only where both amounts are certain") {
  models::Comparison comparison = priced();
  models::Quote& one = comparison.deployments[0].bill->quotes[0];
  models::Quote& other = comparison.deployments[2].bill->quotes[1];
  other.least = other.most = one.least;
  CHECK(report::text_of(report::reading(comparison)).find("cost the same, the least: $368.12 a month") !=
        std::string::npos);
  one.most.per_month = other.most.per_month = dollars("400");
  const std::string text = report::text_of(report::reading(comparison));
  CHECK(text.find("cost the same") == std::string::npos);
  CHECK(text.find("No difference in cost is proven between the cheapest") != std::string::npos);
}

TEST_CASE("claims about costs hold, or fail with what was found") {
  models::Comparison comparison = priced();
  const auto judged = [&](models::Expectation expectation) {
    comparison.scenario.expect = {std::move(expectation)};
    return report::check(comparison).at(0);
  };
  models::Expectation claim;
  claim.deployment = "sync-5";
  claim.cost_at_most = dollars("370");
  CHECK(judged(claim).passed);
  claim.cost_at_most = dollars("360");
  CHECK_FALSE(judged(claim).passed);
  CHECK(judged(claim).found == "$368.12");
  claim.cost_at_most = models::Money(1'000'000'000'000, models::Currency{{'E', 'U', 'R'}});
  CHECK_FALSE(judged(claim).passed);
  claim = {};
  claim.deployment = "gthread-2x4";
  claim.cheaper_than = "sync-5";
  CHECK(judged(claim).passed);
  claim.cheaper_than = "gthread-1x8";   // which has no price at all
  CHECK(judged(claim).passed);
  claim.deployment = "sync-5";
  claim.cheaper_than = "gthread-2x4";
  CHECK_FALSE(judged(claim).passed);
  claim = {};
  claim.deployment = "sync-5";
  claim.containers = 7;
  CHECK(judged(claim).passed);
  claim.containers = 8;
  CHECK_FALSE(judged(claim).passed);
}
