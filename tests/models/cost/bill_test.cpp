// SPDX-License-Identifier: MIT
// Bills against a pocket calculator, and what must hold for every bill.
#include "models/cost/bill.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "models/fields/money_text.hpp"
#include "sim/random/stream.hpp"

namespace {

using models::BillBy;
using models::Consumption;
using models::ContainerOffer;
using models::CostBlock;
using models::Money;
using models::NodeType;
using models::Quote;

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

models::Price per_hour(const std::string& text) { return {{std::get<Money>(models::parse_price(text))}, true, {}, {}}; }

NodeType m7i_2xlarge() {
  NodeType type;
  type.name = "m7i.2xlarge";
  type.vcpu = {8.0};
  type.memory = {32.0 * gibibyte};
  type.price = per_hour("$0.4032/h");
  return type;
}

ContainerOffer fargate() {
  ContainerOffer offer;
  offer.vcpu = per_hour("$0.04048/h");
  offer.memory = per_hour("$0.004445/h");
  for (const double size : {0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0}) offer.vcpu_sizes.push_back({size});
  offer.memory_step = {0.5 * gibibyte};
  offer.gib_per_vcpu_at_least = 2.0;
  offer.gib_per_vcpu_at_most = 8.0;
  return offer;
}

ContainerOffer cloud_run() {
  ContainerOffer offer;
  offer.billed = models::Billed::busy;
  offer.vcpu = per_hour("$0.000024/s");
  offer.memory = per_hour("$0.0000025/s");
  offer.million_requests.amount = std::get<Money>(models::parse_money("$0.40"));
  offer.free = {180'000.0, 360'000.0, 2'000'000.0};
  return offer;
}

Quote of_nodes(models::Count replicas, models::Count nodes, double share) {
  Quote quote;
  quote.replicas = replicas;
  quote.nodes = nodes;
  quote.share = share;
  return quote;
}

Quote sold(models::Count replicas, double vcpu, double gib) {
  Quote quote;
  quote.on_nodes = false;
  quote.replicas = replicas;
  quote.vcpu = {vcpu};
  quote.memory = {gib * gibibyte};
  return quote;
}

Consumption serving(double per_s, double cpu, double busy = 1.0) {
  Consumption use;
  use.completed_per_s = per_s;
  use.cpu_used = cpu;
  use.busy = busy;
  return use;
}

}  // namespace

TEST_CASE("whole nodes: price x hours x nodes, spare ones too, less the discount") {
  // (2 + 1) x 0.4032 x 730 x 0.7 = 618.1056 $; 900 requests/s make 2,365.2 million a month: 0.26133...; of 24 cores
  // 12 are used.
  CostBlock cost;
  cost.by = BillBy::node;
  cost.spare_nodes = 1;
  cost.discount = {0.3};
  Quote quote = of_nodes(10, 2, 0.13);
  models::price_on_nodes(quote, m7i_2xlarge(), cost, serving(900.0, 12.0));
  CHECK(quote.nodes == 3);
  CHECK(models::exact_decimal(*quote.per_month) == "618.1056");
  CHECK(models::decimal(*quote.per_million_requests, models::decimals_per_million_requests) == "0.2613");
  CHECK(quote.idle == doctest::Approx(0.5));
}

TEST_CASE("shares of nodes: replicas x share x price x hours, and of the spare nodes in proportion") {
  // 10 x 0.125 x 0.4032 x 730 = 367.92 $. With one spare node beside two: x 3 / 2 = 551.88 $.
  CostBlock cost;
  Quote quote = of_nodes(10, 2, 0.125);
  models::price_on_nodes(quote, m7i_2xlarge(), cost, serving(900.0, 5.0));
  CHECK(models::exact_decimal(*quote.per_month) == "367.92");
  CHECK(quote.idle == doctest::Approx(0.5));
  cost.spare_nodes = 1;
  quote = of_nodes(10, 2, 0.125);
  models::price_on_nodes(quote, m7i_2xlarge(), cost, serving(900.0, 5.0));
  CHECK(models::exact_decimal(*quote.per_month) == "551.88");
}

TEST_CASE("a job costs its nodes for its makespan") {
  // 2 x 0.4032 x 1,800 s / 3,600 s = 0.4032 $.
  CostBlock cost;
  cost.by = BillBy::node;
  Quote quote = of_nodes(4, 2, 0.25);
  Consumption use;
  use.makespan = models::Duration{1800.0};
  models::price_on_nodes(quote, m7i_2xlarge(), cost, use);
  CHECK_FALSE(quote.per_month);
  CHECK(models::exact_decimal(*quote.per_job) == "0.4032");
}

TEST_CASE("Fargate: vCPU and GiB as they are sold, and a job at least a minute") {
  // 3 x (1 x 0.04048 + 2 x 0.004445) x 730 = 3 x 0.04937 x 730 = 108.1203 $.
  const CostBlock cost;
  Quote quote = sold(3, 1.0, 2.0);
  models::price_containers(quote, fargate(), cost, serving(300.0, 1.5));
  CHECK(models::exact_decimal(*quote.per_month) == "108.1203");
  CHECK(quote.idle == doctest::Approx(0.5));
  // 20 s are paid as 60 s: 3 x 0.04937 / 60 = 0.0024685 $.
  ContainerOffer offer = fargate();
  offer.minimum = models::Duration{60.0};
  Consumption use;
  use.makespan = models::Duration{20.0};
  quote = sold(3, 1.0, 2.0);
  models::price_containers(quote, offer, cost, use);
  CHECK(models::exact_decimal(*quote.per_job) == "0.0024685");
}

TEST_CASE("Cloud Run by request: the busy share of the time, and each request; less what is free") {
  // One container of 1 vCPU and 0.5 GiB, busy half of 730 h = 1,314,000 s:
  // 1,314,000 x (0.000024 + 0.5 x 0.0000025) = 33.1785 $; 10 requests/s = 26.28 M: 10.512 $. Together 43.6905 $.
  CostBlock cost;
  Quote quote = sold(1, 1.0, 0.5);
  models::price_containers(quote, cloud_run(), cost, serving(10.0, 0.2, 0.5));
  CHECK(models::exact_decimal(*quote.per_month) == "43.6905");
  CHECK(models::decimal(*quote.per_million_requests, 4) == "1.6625");
  CHECK(quote.idle == doctest::Approx(0.6));
  // Free: 180,000 of 1,314,000 vCPU-s, 360,000 of 657,000 GiB-s, 2 of 26.28 M requests:
  // 1,134,000 x 0.000024 + 297,000 x 0.0000025 + 24.28 x 0.40 = 27.216 + 0.7425 + 9.712 = 37.6705 $.
  cost.free_tier = true;
  quote = sold(1, 1.0, 0.5);
  models::price_containers(quote, cloud_run(), cost, serving(10.0, 0.2, 0.5));
  CHECK(models::exact_decimal(*quote.per_month) == "37.6705");
  // A discount is off the time, not off the requests: (27.216 + 0.7425) / 2 + 9.712 = 23.69125 $.
  cost.discount = {0.5};
  quote = sold(1, 1.0, 0.5);
  models::price_containers(quote, cloud_run(), cost, serving(10.0, 0.2, 0.5));
  CHECK(models::exact_decimal(*quote.per_month) == "23.69125");
}

TEST_CASE("active and idle: the rest of the time has a price of its own") {
  // 1 vCPU, busy a quarter of 100 h: 25 x 0.0864 + 75 x 0.0108 = 2.16 + 0.81 = 2.97 $.
  ContainerOffer offer = cloud_run();
  offer.memory = {};
  offer.million_requests = {};
  offer.idle_vcpu = per_hour("$0.000003/s");
  CostBlock cost;
  cost.hours_per_month = 100.0;
  Quote quote = sold(1, 1.0, 2.0);
  models::price_containers(quote, offer, cost, serving(1.0, 0.1, 0.25));
  CHECK(models::exact_decimal(*quote.per_month) == "2.97");
}

TEST_CASE("the smallest size on offer that holds what is asked for") {
  const auto size = [](double vcpu, double gib) { return models::smallest_size(fargate(), {vcpu}, {gib * gibibyte}); };
  CHECK(size(0.2, 0.3)->vcpu.value == 0.25);
  CHECK(size(0.2, 0.3)->memory.value == 0.5 * gibibyte);    // at least 2 GiB a vCPU
  CHECK(size(1.0, 1.0)->memory.value == 2.0 * gibibyte);
  CHECK(size(1.0, 2.1)->memory.value == 2.5 * gibibyte);    // in steps
  CHECK(size(1.0, 9.0)->vcpu.value == 2.0);                 // at most 8 GiB a vCPU
  CHECK(size(1.0, 9.0)->memory.value == 9.0 * gibibyte);
  CHECK_FALSE(size(17.0, 1.0));
  CHECK_FALSE(size(1.0, 200.0));
  const auto any = models::smallest_size(cloud_run(), {0.6}, {0.3 * gibibyte});
  CHECK(any->vcpu.value == 0.6);
  CHECK(any->memory.value == doctest::Approx(0.3 * gibibyte));
}

TEST_CASE("the cheapest that keeps the promises goes before a cheaper one that does not, and the first of equals") {
  const auto at = [](std::int64_t cents, bool holds) {
    Quote quote;
    quote.per_month = Money(cents * 10'000'000, {});
    quote.holds = holds;
    return quote;
  };
  Quote refused;
  refused.refused = "none";
  CHECK(*models::cheapest({at(5, false), at(9, true), at(8, true), at(8, true)}) == 2);
  CHECK(*models::cheapest({refused, at(9, false), at(5, false)}) == 2);
  CHECK_FALSE(models::cheapest({refused}));
}

TEST_CASE("a bill is never below price x share used, whole nodes never below shares, and more load never costs less") {
  sim::Stream stream(1, 0, "bills", 0);
  const NodeType type = m7i_2xlarge();
  for (int i = 0; i < 300; ++i) {
    const auto fit = static_cast<models::Count>(1 + stream.below(12));
    const double share = (0.2 + 0.8 * stream.uniform()) / static_cast<double>(fit);
    CostBlock cost;
    cost.spare_nodes = static_cast<models::Count>(stream.below(3));
    Money before;
    for (models::Count replicas = 1; replicas < 40; replicas += 3) {
      const models::Count nodes = (replicas + fit - 1) / fit;
      cost.by = BillBy::share;
      Quote shared = of_nodes(replicas, nodes, share);
      models::price_on_nodes(shared, type, cost, serving(10.0, 1.0));
      cost.by = BillBy::node;
      Quote whole = of_nodes(replicas, nodes, share);
      models::price_on_nodes(whole, type, cost, serving(10.0, 1.0));
      const Money used = type.price.rate.per_hour *
                         (models::Ratio(replicas) * models::Ratio::of(share) * models::Ratio(730));
      CHECK(*shared.per_month >= used);
      CHECK(*whole.per_month >= *shared.per_month);
      CHECK(*whole.per_month >= before);
      before = *whole.per_month;
    }
  }
}

TEST_CASE("an amount beyond reason is refused by the arithmetic") {
  CostBlock cost;
  cost.by = BillBy::node;
  NodeType type = m7i_2xlarge();
  type.price = per_hour("$99999/h");
  Quote quote = of_nodes(1, 1'000'000'000, 1.0);
  CHECK_THROWS_AS(models::price_on_nodes(quote, type, cost, serving(1.0, 1.0)), std::overflow_error);
}

TEST_CASE("a price carries its own source and date where it has them, and is verified only if the sheet is") {
  models::PriceSheet sheet;
  sheet.name = "list";
  sheet.source = "a page";
  sheet.date = "2026-01-01";
  models::Price price = per_hour("$1/h");
  CHECK(models::origin_of(sheet, price).source == "a page");
  CHECK(models::origin_of(sheet, price).verified);
  price.source = "memory";
  price.verified = false;
  CHECK(models::origin_of(sheet, price).source == "memory");
  CHECK(models::origin_of(sheet, price).date == "2026-01-01");
  CHECK_FALSE(models::origin_of(sheet, price).verified);
}
