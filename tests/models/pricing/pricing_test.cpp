// SPDX-License-Identifier: MIT
// Sizes and prices against a simulation in closed form: one container carries `of_one` requests/s, and a node of k
// containers k times that.
#include "models/pricing/pricing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "models/fields/money_text.hpp"
#include "tests/models/built_trial.hpp"

namespace {

using models::Count;
using models::Money;
using models::Observation;
using models::Priced;
using models::Simulator;
using models::TrialParameters;

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

// A request takes 10 ms of CPU; latency explodes beyond `of_one` requests/s a container, whatever neighbours do.
struct Law {
  double of_one = 100.0;
  double carried = 100.0;       // what the simulated node really carries for each container: less than was searched
  double memory = 0.5 * gibibyte;
  double busy = 1.0;
  double half_width = 0.0;      // of `of_one`
  double at_best = 0.0;         // `of_one` at the optimistic end of the profile; 0: the same
  int capacity_questions = 0;
};

Simulator simulator_of(Law& law) {
  return {[&law](const TrialParameters& at) {
            ++law.capacity_questions;
            models::Capacity capacity;
            capacity.any = law.of_one > 0.0;
            capacity.reason = capacity.any ? "" : "p99";
            const double load = law.of_one * static_cast<double>(at.replicas);
            capacity.load = {load, law.half_width, load, std::max(load, law.at_best)};
            return capacity;
          },
          [&law](const TrialParameters& at, std::size_t replications) {
            const double rate = at.service.load.open ? at.service.load.open->per_second : 0.0;
            const auto replicas = static_cast<double>(at.replicas);
            Observation one;
            one.fill(std::numeric_limits<double>::quiet_NaN());
            const auto put = [&](models::Metric metric, double value) { one[static_cast<std::size_t>(metric)] = value; };
            put(models::Metric::throughput, rate);
            put(models::Metric::latency_p99, rate <= law.carried * replicas * (1.0 + 1e-9) ? 0.1 : 10.0);
            put(models::Metric::cpu_used, rate * 0.01);
            put(models::Metric::memory_max, law.memory);
            put(models::Metric::busy_time, law.busy);
            put(models::Metric::error_rate, 0.0);
            put(models::Metric::oom_kills, 0.0);
            put(models::Metric::backlog_growth, 0.0);
            if (at.service.load.tasks) put(models::Metric::makespan, static_cast<double>(*at.service.load.tasks) * 0.01);
            return std::vector<Observation>(replications, one);
          }};
}

models::Price per_hour(const std::string& text) { return {{std::get<Money>(models::parse_price(text))}, true, {}, {}}; }

models::NodeType type(const std::string& name, double cores, double gib, const std::string& price) {
  models::NodeType result;
  result.name = name;
  result.vcpu = {cores};
  result.memory = {gib * gibibyte};
  result.price = per_hour(price);
  result.core = "same";
  return result;
}

// Two types at the same price a core; nothing is reserved on them.
models::CostBlock cost(models::BillBy by = models::BillBy::node) {
  models::CostBlock result;
  models::PriceSheet& sheet = result.priced.emplace_back();
  sheet.name = "list";
  sheet.currency = "USD";
  sheet.nodes = {type("small", 4.0, 16.0, "$0.2/h"), type("large", 8.0, 32.0, "$0.4/h")};
  result.by = by;
  result.reserve.rule = models::ReserveRule::none;
  result.pod_overhead = {{0.0}, {0.0}};
  return result;
}

TrialParameters service(double rate, Count replicas) {
  TrialParameters at = built::open(built::profile({built::cpu(models::Duration{0.01})}), built::runtime("processes", 1), rate);
  at.service.slo.p99 = models::Duration{0.25};
  at.container.limits = {models::Cores{1.0}, models::Bytes{gibibyte}};
  at.replicas = replicas;
  return at;
}

}  // namespace

TEST_CASE("as many containers as the load needs, on as many nodes as hold them, at the cheapest price") {
  // 950/s need 10 containers of 100/s: 3 small nodes (4 + 3 + 3) at 0.6 $/h, or 2 large (5 + 5) at 0.8 $/h.
  Law law;
  const Priced priced = models::price(service(950.0, 0), cost(), simulator_of(law));
  REQUIRE(priced.bill);
  REQUIRE(priced.bill->chosen);
  const models::Quote& best = *priced.bill->best();
  CHECK(best.offer == "small");
  CHECK(best.replicas == 10);
  CHECK(best.nodes == 3);
  CHECK(models::exact_decimal(*best.per_month) == "438");
  CHECK(models::exact_decimal(*priced.bill->quotes[1].per_month) == "584");
  CHECK(best.holds);
  // The fullest node is simulated, with its part of the load; the service is 10/4 of it.
  CHECK(priced.at.replicas == 4);
  CHECK(priced.at.service.load.open->per_second == doctest::Approx(380.0));
  CHECK(priced.at.node.cores == 4);
  CHECK(priced.of_service == doctest::Approx(2.5));
  // 950 x 0.01 cores of 12 are used; 438 $ over 950 x 730 x 3,600 / 10^6 = 2,496.6 million.
  CHECK(best.idle == doctest::Approx(1.0 - 9.5 / 12.0));
  CHECK(models::decimal(*best.per_million_requests, 4) == "0.1754");
  CHECK(priced.density->containers == 4);
  CHECK(priced.density->load_of_node == doctest::Approx(400.0));
}

TEST_CASE("by share, the same price a core is the same price, and the first goes before its equal") {
  Law law;
  const Priced priced = models::price(service(950.0, 0), cost(models::BillBy::share), simulator_of(law));
  CHECK(*priced.bill->chosen == 0);
  CHECK(models::exact_decimal(*priced.bill->quotes[0].per_month) == "365");
  CHECK(models::exact_decimal(*priced.bill->quotes[1].per_month) == "365");
}

TEST_CASE("where the simulated node does not keep the promises there are more containers until it does") {
  // Searched: 100/s. Carried beside neighbours: 90/s. 950 / 90 = 10.6: 11 containers, one more than the search says.
  Law law;
  law.carried = 90.0;
  const Priced priced = models::price(service(950.0, 0), cost(), simulator_of(law));
  CHECK(priced.bill->best()->replicas == 11);
  CHECK(priced.bill->best()->holds);
  law.carried = 1.0;
  const Priced hopeless = models::price(service(950.0, 0), cost(), simulator_of(law));
  CHECK_FALSE(hopeless.bill->best()->holds);
  CHECK_FALSE(hopeless.warnings.empty());
}

TEST_CASE("a given number of replicas is priced as it is, and judged") {
  Law law;
  const Priced enough = models::price(service(950.0, 12), cost(), simulator_of(law));
  CHECK(enough.bill->best()->replicas == 12);
  CHECK(enough.bill->best()->holds);
  const Priced too_few = models::price(service(950.0, 8), cost(), simulator_of(law));
  CHECK(too_few.bill->best()->replicas == 8);
  CHECK_FALSE(too_few.bill->best()->holds);
  CHECK(too_few.bill->best()->has_price());
}

TEST_CASE("the service has the connections that it has, though a node's part of them is rounded up") {
  // 12 connections on 10 containers, 4 of which are on the fullest node: that gets 5 of them (4.8), the service 12/5.
  Law law;
  TrialParameters closed = service(0.0, 10);
  closed.service.load = {};
  closed.service.load.connections = 12;
  const Priced priced = models::price(closed, cost(), simulator_of(law));
  CHECK(priced.at.replicas == 4);
  CHECK(*priced.at.service.load.connections == 5);
  CHECK(priced.of_service == doctest::Approx(2.4));
}

TEST_CASE("a load that changes over the day is not sized by any moment of it") {
  Law law;
  TrialParameters diurnal = service(950.0, 0);
  diurnal.service.load.arrivals = models::ArrivalProcess::diurnal;
  const Priced none = models::price(diurnal, cost(), simulator_of(law));
  CHECK_FALSE(none.bill->chosen);
  CHECK(none.bill->quotes[0].refused == "a load that changes over the day has no one size: see autoscale");
}

TEST_CASE("no price without a load that keeps the promises, nor where a container does not fit") {
  Law law;
  law.of_one = 0.0;
  const Priced none = models::price(service(950.0, 0), cost(), simulator_of(law));
  CHECK_FALSE(none.bill->chosen);
  CHECK(none.bill->quotes[0].refused == "no load keeps the promises: p99");
  CHECK(none.at.replicas == 1);
  law.of_one = 100.0;
  TrialParameters large = service(950.0, 0);
  large.container.limits.memory = models::Bytes{20.0 * gibibyte};
  const Priced big = models::price(large, cost(), simulator_of(law));
  CHECK(big.bill->quotes[0].refused == "one container does not fit on a node");
  CHECK(big.bill->best()->offer == "large");
  CHECK(big.bill->best()->nodes == 10);
}

TEST_CASE("memory in use beyond the request takes more nodes, and binds") {
  // 4 GiB in use: 4 on a small node of 16 GiB instead of 8 by the request of 0.5 CPU and 1 GiB.
  Law law;
  law.memory = 4.0 * gibibyte;
  TrialParameters at = service(700.0, 0);
  at.container.limits = {};
  at.container.requests = {models::Cores{0.5}, models::Bytes{gibibyte}};
  const Priced priced = models::price(at, cost(), simulator_of(law));
  CHECK(priced.density->containers == 4);
  CHECK(priced.density->binds == models::DensityLimit::memory_in_use);
  CHECK(priced.bill->best()->nodes == 2);
}

// By share a container is a quarter of a small node by its request: 36.50 $ a month. 950/s take 10 of 100/s; of 110/s
// they take 9, of 90/s 11, and at the optimistic end of the profile, of 120/s, 8. Nine or eight use more than they
// request: all of 9.5 cores, 9.5 / 4 x 146 $.
TEST_CASE("the amount is as uncertain as the number of containers") {
  Law law;
  law.half_width = 10.0;
  const Priced priced = models::price(service(950.0, 0), cost(models::BillBy::share), simulator_of(law));
  const models::Quote& best = *priced.bill->best();
  CHECK(models::exact_decimal(*best.per_month) == "365");
  CHECK(models::exact_decimal(*best.least.per_month) == "346.75");
  CHECK(models::exact_decimal(*best.most.per_month) == "401.5");
  CHECK(models::exact_decimal(*best.per_replica_hour) == "0.05");

  Law wide;
  wide.at_best = 120.0;
  wide.carried = 120.0;
  TrialParameters derived = service(950.0, 0);
  derived.profile.lock.handover_cpu.low = models::Duration{0.0};
  derived.profile.lock.handover_cpu.high = models::Duration{1e-9};
  const Priced ranged = models::price(derived, cost(models::BillBy::share), simulator_of(wide));
  CHECK(models::exact_decimal(*ranged.bill->best()->per_month) == "365");
  CHECK(models::exact_decimal(*ranged.bill->best()->least.per_month) == "346.75");
  CHECK(models::exact_decimal(*ranged.bill->best()->most.per_month) == "365");

  // A number that is given is certain.
  const Priced given = models::price(service(950.0, 10), cost(models::BillBy::share), simulator_of(law));
  CHECK(*given.bill->best()->least.per_month == *given.bill->best()->per_month);
  CHECK(*given.bill->best()->most.per_month == *given.bill->best()->per_month);
  // Whole nodes have no price of a container and hour.
  CHECK_FALSE(models::price(service(950.0, 0), cost(models::BillBy::node), simulator_of(law)).bill->best()->per_replica_hour);
}

TEST_CASE("more load never costs less on the same sheet, whole nodes never less than shares") {
  for (const models::BillBy by : {models::BillBy::node, models::BillBy::share}) {
    Money before;
    for (double rate = 20.0; rate < 3000.0; rate *= 1.17) {
      Law law;
      const Priced priced = models::price(service(rate, 0), cost(by), simulator_of(law));
      CHECK(*priced.bill->best()->per_month >= before);
      before = *priced.bill->best()->per_month;
      Law other;
      const Priced whole = models::price(service(rate, 0), cost(models::BillBy::node), simulator_of(other));
      CHECK(*whole.bill->best()->per_month >= before);
    }
  }
}

TEST_CASE("containers without nodes are bought by their limits in the sizes on offer, idle time at its own price") {
  Law law;
  law.busy = 0.5;
  models::CostBlock block;
  models::PriceSheet& sheet = block.priced.emplace_back();
  models::ContainerOffer& running = sheet.containers.emplace_back();
  running.name = "running";
  running.vcpu = per_hour("$0.04/h");
  running.memory = per_hour("$0.004/h");
  running.vcpu_sizes = {{0.5}, {2.0}};
  running.core = "same";
  models::ContainerOffer& busy = sheet.containers.emplace_back(running);
  busy.name = "busy";
  busy.billed = models::Billed::busy;
  busy.vcpu_sizes = {};
  // 2 containers: 2 x (2 x 0.04 + 0.004) x 730 = 122.64 $; half of 2 x (0.04 + 0.004) x 730 = 32.12 $.
  const Priced priced = models::price(service(150.0, 0), block, simulator_of(law));
  CHECK(models::exact_decimal(*priced.bill->quotes[0].per_month) == "122.64");
  CHECK(models::exact_decimal(*priced.bill->quotes[1].per_month) == "32.12");
  CHECK(priced.bill->best()->offer == "busy");
  CHECK_FALSE(priced.density);
  CHECK(priced.at.replicas == 1);
  CHECK(priced.of_service == doctest::Approx(2.0));
  TrialParameters unlimited = service(150.0, 0);
  unlimited.container.limits = {};
  CHECK(models::price(unlimited, block, simulator_of(law)).bill->quotes[0].refused.find("bought by limits") != std::string::npos);
}

TEST_CASE("a job has a price, not a month") {
  Law law;
  TrialParameters at = service(1.0, 4);
  at.service.load = {};
  at.service.load.tasks = 360'000;
  at.service.slo = {};
  // 4 replicas on one small node, 3,600 s: 0.2 $.
  const Priced priced = models::price(at, cost(), simulator_of(law));
  CHECK_FALSE(priced.bill->best()->per_month);
  CHECK(models::exact_decimal(*priced.bill->best()->per_job) == "0.2");
  CHECK(law.capacity_questions == 0);
}

TEST_CASE("faster cores carry less CPU time, and a speed that nobody measured is an assumption") {
  Law law;
  models::CostBlock block = cost();
  block.speeds = {{"same", models::assumed(models::Factor{2.0})}};
  const Priced priced = models::price(service(50.0, 1), block, simulator_of(law));
  CHECK(priced.at.profile.kernels[0].phases[0].time.mean.value.seconds == doctest::Approx(0.005));
  REQUIRE(priced.assumptions.size() == 1);
  CHECK(priced.assumptions[0].find("2 times as fast") != std::string::npos);
  CHECK(models::price(service(50.0, 1), cost(), simulator_of(law)).assumptions[0].find("as fast as those of the profile") !=
        std::string::npos);
}

TEST_CASE("alike offers are searched once") {
  Law law;
  models::CostBlock block = cost();
  block.priced[0].nodes = {type("a", 4.0, 16.0, "$0.2/h"), type("b", 4.0, 32.0, "$0.3/h")};
  models::price(service(350.0, 0), block, simulator_of(law));
  CHECK(law.capacity_questions == 2);   // one container, and the full node of the cheapest
}

TEST_CASE("without prices all replicas are on the scenario's node") {
  Law law;
  const Priced priced = models::price(service(950.0, 0), {}, simulator_of(law));
  CHECK(priced.at.replicas == 10);
  CHECK(priced.replicas == 10);
  CHECK(priced.of_service == 1.0);
  CHECK_FALSE(priced.bill);
}

TEST_CASE("a part of a service has its part of the load, of connections, and of what all share") {
  TrialParameters at = service(900.0, 9);
  at.pools = {{"shared", models::PoolScope::service, 30, 60}, {"own", models::PoolScope::process, 5, std::nullopt}};
  const TrialParameters part = models::part_of_service(at, 3, 9);
  CHECK(part.service.load.open->per_second == doctest::Approx(300.0));
  CHECK(part.replicas == 3);
  CHECK(part.pools[0].size == 10);
  CHECK(*part.pools[0].max == 20);
  CHECK(part.pools[1].size == 5);
  at.service.load = {};
  at.service.load.connections = 10;
  CHECK(*models::part_of_service(at, 3, 9).service.load.connections == 4);
  CHECK(*models::part_of_service(at, 9, 9).service.load.connections == 10);
}
