// SPDX-License-Identifier: MIT
#include "tools/measure/campaign.hpp"

#include <doctest/doctest.h>

#include <map>
#include <stdexcept>

namespace {

measure::Job job(const std::string& name) {
  measure::Job one;
  one.name = name;
  one.what.kernel = name;
  return one;
}

// A machine on which the n-th window of a job (n = 0, 1, ...) is disturbed by other[job][n] cores, later ones by none.
struct Machine {
  std::map<std::string, std::vector<double>> other;
  std::map<std::string, std::size_t> count;
  std::vector<std::string> order;

  models::MeasuredRun measure(const measure::Job& what) {
    order.push_back(what.name);
    models::MeasuredRun run;
    run.what = what.what;
    const std::vector<double>& disturbances = other[what.name];
    const std::size_t n = count[what.name]++;
    run.other.value = n < disturbances.size() ? disturbances[n] : 0.0;
    run.id = what.name + std::to_string(n);
    return run;
  }
};

measure::CampaignOptions options_for(Machine& machine) {
  measure::CampaignOptions options;
  options.rounds = 2;
  options.machine_cores = 2;
  options.measure = [&machine](const measure::Job& what) { return machine.measure(what); };
  return options;
}

}  // namespace

TEST_CASE("Rounds interleave the jobs") {
  Machine machine;
  const measure::CampaignResult result = measure::run_campaign({job("a"), job("b")}, options_for(machine));
  CHECK(machine.order == std::vector<std::string>{"a", "b", "a", "b"});
  CHECK(result.rounds == 2);
  CHECK(result.runs.size() == 4);
  CHECK(result.repeated == 0);
}

TEST_CASE("What does not vary is measured in the first round only") {
  Machine machine;
  measure::Job memory = job("memory");
  memory.once = true;
  std::size_t expected = 0;
  measure::CampaignOptions options = options_for(machine);
  options.on_progress = [&](const measure::CampaignProgress& now) { expected = now.expected; };
  const measure::CampaignResult result = measure::run_campaign({job("a"), memory, job("b")}, options);
  CHECK(machine.order == std::vector<std::string>{"a", "memory", "b", "a", "b"});
  CHECK(expected == result.runs.size());
}

TEST_CASE("A disturbed window is measured again at once") {
  Machine machine;
  machine.other["a"] = {0.5, 0.041};   // 2 % of two cores are 0.04
  std::vector<std::string> recorded;
  measure::CampaignOptions options = options_for(machine);
  options.on_run = [&](const models::MeasuredRun& run) { recorded.push_back(run.id); };
  const measure::CampaignResult result = measure::run_campaign({job("a"), job("b")}, options);
  CHECK(machine.order == std::vector<std::string>{"a", "a", "a", "b", "a", "b"});
  CHECK(recorded == std::vector<std::string>{"a2", "b0", "a3", "b1"});
  CHECK(result.repeated == 2);
  CHECK(result.contaminated == 0);
}

TEST_CASE("Of windows that are all disturbed the least is kept and counted") {
  Machine machine;
  machine.other["a"] = {0.5, 0.2, 0.3};
  measure::CampaignOptions options = options_for(machine);
  options.rounds = 1;
  const measure::CampaignResult result = measure::run_campaign({job("a")}, options);
  REQUIRE(result.runs.size() == 1);
  CHECK(result.runs[0].id == "a1");
  CHECK(result.contaminated == 1);
}

TEST_CASE("Without time left there is one round and no retry") {
  Machine machine;
  machine.other["a"] = {0.5};
  measure::CampaignOptions options = options_for(machine);
  options.budget = std::chrono::duration<double>(0.0);
  const measure::CampaignResult result = measure::run_campaign({job("a"), job("b")}, options);
  CHECK(machine.order == std::vector<std::string>{"a", "b"});
  CHECK(result.rounds == 1);
  CHECK(result.contaminated == 1);
}

TEST_CASE("A round for which the time does not suffice ends in its middle") {
  Machine machine;
  measure::CampaignOptions options = options_for(machine);
  options.rounds = 3;
  options.budget = std::chrono::seconds(30);
  options.now = [&] {  // each window takes ten seconds
    return std::chrono::steady_clock::time_point(std::chrono::seconds(10 * machine.order.size()));
  };
  const measure::CampaignResult result = measure::run_campaign({job("a"), job("b")}, options);
  CHECK(machine.order == std::vector<std::string>{"a", "b", "a"});
  CHECK(result.runs.size() == 3);
  CHECK(result.rounds == 1);
  CHECK_FALSE(result.interrupted);
}

TEST_CASE("A stop keeps what was measured") {
  Machine machine;
  measure::CampaignOptions options = options_for(machine);
  options.stop_requested = [&] { return machine.order.size() == 3; };
  const measure::CampaignResult result = measure::run_campaign({job("a"), job("b")}, options);
  CHECK(result.interrupted);
  CHECK(result.runs.size() == 3);
  CHECK(result.rounds == 1);
}

TEST_CASE("A measurement that fails ends the campaign after what was recorded") {
  Machine machine;
  std::size_t recorded = 0;
  measure::CampaignOptions options = options_for(machine);
  options.on_run = [&](const models::MeasuredRun&) { ++recorded; };
  options.measure = [&](const measure::Job& what) {
    if (what.name == "b") throw std::runtime_error("the server died");
    return machine.measure(what);
  };
  CHECK_THROWS_WITH(measure::run_campaign({job("a"), job("b")}, options), "the server died");
  CHECK(recorded == 1);
}

TEST_CASE("the rate of a paced job is a share of the most that its closed loops reached, and stays") {
  using models::Rate;
  measure::Job paced = job("json");
  paced.paced = models::Fraction{0.4};
  models::MeasuredRun run;
  run.what = paced.what;
  const auto reached = [&](double throughput) {
    run.throughput = Rate{throughput};
    return run;
  };
  CHECK_FALSE(measure::paced_rate(*paced.paced, paced.what, {}));
  CHECK(measure::paced_rate(*paced.paced, paced.what, {reached(1200.0), reached(1234.0)})->per_second == 494.0);
  // Slow services: 20 a second, but no more than 40 % of what they can do.
  CHECK(measure::paced_rate({0.03}, paced.what, {reached(300.0)})->per_second == 20.0);
  CHECK(measure::paced_rate({0.03}, paced.what, {reached(10.0)})->per_second == 4.0);
  models::MeasuredRun other = reached(5000.0);
  other.what.processes = 2;
  models::MeasuredRun throttled = reached(6000.0);
  throttled.what.cpu = models::Cores{0.5};
  models::MeasuredRun open = reached(7000.0);
  open.what.rate = Rate{7000.0};
  CHECK(measure::paced_rate(*paced.paced, paced.what, {other, throttled, open, reached(100.0)})->per_second == 40.0);

  std::vector<double> rates;
  measure::CampaignOptions options;
  options.rounds = 2;
  options.machine_cores = 2;
  options.measure = [&](const measure::Job& what) {
    models::MeasuredRun made;
    made.what = what.what;
    if (what.what.rate) rates.push_back(what.what.rate->per_second);
    made.throughput = Rate{1000.0 + 100.0 * static_cast<double>(rates.size())};
    return made;
  };
  measure::run_campaign({job("json"), paced}, options);
  CHECK(rates == std::vector<double>{400.0, 400.0});
}
