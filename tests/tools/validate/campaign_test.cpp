// SPDX-License-Identifier: MIT
// The order in which a plan is measured, on a machine that is only pretended.
#include "tools/validate/campaign.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "models/scenario/validation_reader.hpp"
#include "tests/tools/validate/built_run.hpp"

namespace {

using namespace validation;

models::ValidationPlan plan_of(const std::string& rest) {
  models::Diagnostics diagnostics;
  const auto plan = models::parse_validation_plan(
      "a.yaml", "subjects: {a: {command: 'serve {port} {processes}', kernels: {k: /}}}\n" + rest, diagnostics);
  REQUIRE_MESSAGE(plan, models::render(diagnostics, false));
  return *plan;
}

struct Machine {
  CampaignSettings settings;
  std::vector<models::MeasuredRun> recorded;
  double rate = 1000.0;
  std::function<void(models::MeasuredRun&)> disturb;

  Machine() {
    settings.machine_cores = 2;
    settings.measure = [this](const validation::Asked& asked) {
      const models::Configuration& what = asked.what;
      models::MeasuredRun run = validation_test::run(what, what.rate ? what.rate->per_second : rate);
      if (disturb) disturb(run);
      return run;
    };
    settings.record = [this](const models::MeasuredRun& run) { recorded.push_back(run); };
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> all;
    for (const models::MeasuredRun& run : recorded) all.push_back(run.id);
    return all;
  }
};

}  // namespace

TEST_CASE("cases interleave over repeats, open ones behind the closed ones that tell their rate") {
  Machine machine;
  const auto plan = plan_of("repeats: 2\ncases:\n  - {subject: a, rate_of_capacity: 70%}\n  - {subject: a, processes: [1, 2]}\n");
  const CampaignResult result = measure_all(plan, {}, machine.settings);
  CHECK(machine.ids() == std::vector<std::string>{"a k 1x1 n=8 #1", "a k 2x1 n=8 #1", "a k 1x1 n=512 at 70% #1",
                                                  "a k 1x1 n=8 #2", "a k 2x1 n=8 #2", "a k 1x1 n=512 at 70% #2"});
  CHECK(result.runs.size() == 6);
  CHECK_FALSE(result.interrupted);
}

TEST_CASE("the rate at a share of the capacity is found once and kept") {
  Machine machine;
  machine.rate = 1234.0;
  const auto plan = plan_of("repeats: 2\ncases:\n  - {subject: a}\n  - {subject: a, rate_of_capacity: 50%}\n");
  machine.disturb = [&](models::MeasuredRun&) { machine.rate = 2000.0; };
  measure_all(plan, {}, machine.settings);
  REQUIRE(machine.recorded.size() == 4);
  CHECK(machine.recorded[1].what.rate->per_second == doctest::Approx(617.0));
  CHECK(machine.recorded[3].what.rate->per_second == doctest::Approx(617.0));
}

TEST_CASE("a disturbed window is measured again, at most as often as the plan says") {
  Machine machine;
  const auto plan = plan_of("repeats: 1\nretries: 2\ncases: [{subject: a}]\n");
  machine.disturb = [&](models::MeasuredRun& run) { run.other = {machine.recorded.empty() ? 0.1 : 0.0}; };
  measure_all(plan, {}, machine.settings);
  CHECK(machine.ids() == std::vector<std::string>{"a k 1x1 n=8 #1", "a k 1x1 n=8 #1.2"});
  machine.recorded.clear();
  machine.disturb = [](models::MeasuredRun& run) { run.other = {0.1}; };
  measure_all(plan, {}, machine.settings);
  CHECK(machine.recorded.size() == 3);
}

TEST_CASE("a record goes on where it stopped and ends as if it had never been cut") {
  const auto plan = plan_of("repeats: 2\ncases:\n  - {subject: a, processes: [1, 2]}\n  - {subject: a, rate_of_capacity: 50%}\n");
  Machine whole;
  measure_all(plan, {}, whole.settings);
  Machine first;
  first.settings.stop_requested = [&] { return first.recorded.size() >= 4; };
  CHECK(measure_all(plan, {}, first.settings).interrupted);
  REQUIRE(first.recorded.size() >= 3);
  Machine second;
  second.rate = 3000.0;   // must not move the rate that was found before
  const CampaignResult result = measure_all(plan, first.recorded, second.settings);
  CHECK(first.recorded.size() + second.recorded.size() == whole.recorded.size());
  CHECK(result.runs.size() == whole.recorded.size());
  for (const models::MeasuredRun& run : result.runs) {
    if (run.what.rate) CHECK(run.what.rate->per_second == 500.0);
  }
}

TEST_CASE("a record of another plan is refused instead of mixed") {
  Machine machine;
  measure_all(plan_of("repeats: 1\ncases: [{subject: a, connections: 8}]\n"), {}, machine.settings);
  machine.recorded[0].what.cores = 1;
  CHECK_THROWS_AS(measure_all(plan_of("repeats: 1\ncases: [{subject: a}]\n"), machine.recorded, machine.settings), OtherPlan);
}

TEST_CASE("a server that cannot be measured is given up after two failures, the others go on") {
  Machine machine;
  const auto plan = plan_of("repeats: 5\ncases: [{subject: a, processes: [1, 2]}]\n");
  const auto sound = machine.settings.measure;
  int tries = 0;
  machine.settings.measure = [&](const validation::Asked& asked) {
    if (asked.what.processes == 2 && ++tries > 0) throw std::runtime_error("it died");
    return sound(asked);
  };
  const CampaignResult result = measure_all(plan, {}, machine.settings);
  CHECK(tries == 2);
  CHECK(result.runs.size() == 5);
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].message == "it died");
}

TEST_CASE("a case whose only window failed is reported, too") {
  Machine machine;
  machine.settings.measure = [](const validation::Asked&) -> models::MeasuredRun { throw std::runtime_error("it died"); };
  const CampaignResult result = measure_all(plan_of("repeats: 1\ncases: [{subject: a}]\n"), {}, machine.settings);
  CHECK(result.runs.empty());
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].message == "it died");
}

// 2000 answers at 100/s, and 15 % more: 23 s. At 20/s: 115 s, more than the longest window.
TEST_CASE("a window is made long enough for the answers that scoring asks for") {
  Machine machine;
  const auto plan = plan_of("repeats: 1\ncases: [{subject: a, processes: [1, 2, 3]}]\n");
  machine.settings.expected_rate = [](const models::Configuration& what) {
    return what.processes == 1 ? 100.0 : what.processes == 2 ? 20.0 : 1e4;
  };
  measure_all(plan, {}, machine.settings);
  CHECK(machine.recorded.at(0).what.window.seconds == 23.0);
  CHECK(machine.recorded.at(1).what.window.seconds == 60.0);
  CHECK(machine.recorded.at(2).what.window.seconds == 5.0);
}

TEST_CASE("a selection measures the capacity that it needs and nothing else") {
  Machine machine;
  machine.settings.only = "*at 50%";
  const auto plan = plan_of("repeats: 1\ncases:\n  - {subject: a, processes: [1, 2]}\n  - {subject: a, processes: 2, rate_of_capacity: [50%, 70%]}\n");
  measure_all(plan, {}, machine.settings);
  CHECK(machine.ids() == std::vector<std::string>{"a k 2x1 n=8 #1", "a k 2x1 n=512 at 50% #1"});
}

TEST_CASE("probes stand among the cases of every other repeat and keep their own windows") {
  Machine machine;
  const auto plan = plan_of("repeats: 3\nwindow: 5s\ncases: [{subject: a}]\n");
  models::Configuration what;
  what.subject = "a";
  what.window = models::Duration{3.5};
  models::Configuration memory = what;
  memory.window = {};
  machine.settings.probes = {{"a", "probe a k: floor", what}, {"a", "probe a k: memory 1000", memory, 1000, true}};
  const CampaignResult result = measure_all(plan, {}, machine.settings);
  CHECK(machine.ids() == std::vector<std::string>{"a k 1x1 n=8 #1", "probe a k: floor #1", "probe a k: memory 1000 #1",
                                                  "a k 1x1 n=8 #2", "a k 1x1 n=8 #3", "probe a k: floor #3"});
  CHECK(machine.recorded[1].what.window.seconds == 3.5);
  CHECK(machine.recorded[0].what.window.seconds == 5.0);
}

TEST_CASE("a selection probes no subject but those of its cases") {
  models::Diagnostics diagnostics;
  const auto plan = models::parse_validation_plan("a.yaml", R"(
subjects:
  a: {command: 'serve {port}', kernels: {k: /}}
  b: {command: 'serve {port}', kernels: {k: /}}
repeats: 1
cases: [{subject: [a, b]}]
)", diagnostics);
  REQUIRE_MESSAGE(plan, models::render(diagnostics, false));
  Machine machine;
  machine.settings.only = "b k*";
  models::Configuration of_a, of_b;
  of_a.subject = "a";
  of_b.subject = "b";
  machine.settings.probes = {{"a", "probe a k: floor", of_a}, {"b", "probe b k: floor", of_b}};
  measure_all(*plan, {}, machine.settings);
  CHECK(machine.ids() == std::vector<std::string>{"b k 1x1 n=8 #1", "probe b k: floor #1"});
}

TEST_CASE("a paced probe gets its rate from the closed probe before it, and keeps that of the record") {
  Machine machine;
  machine.rate = 1000.0;
  const auto plan = plan_of("repeats: 3\ncases: [{subject: a, processes: 4}]\n");
  models::Configuration closed;
  closed.subject = "a";
  closed.kernel = std::string("k");
  models::Configuration open = closed;
  open.connections = 32;
  machine.settings.probes = {{"a", "probe a k: saturated", closed},
                             {"a", "probe a k: paced", open, 0, false, models::Fraction{0.4}}};
  measure_all(plan, {}, machine.settings);
  REQUIRE(machine.ids().size() == 7);
  CHECK(machine.ids()[2] == "probe a k: paced #1");
  REQUIRE(machine.recorded[2].what.rate);
  CHECK(machine.recorded[2].what.rate->per_second == 400.0);

  Machine resumed;
  resumed.rate = 2000.0;
  resumed.settings.probes = machine.settings.probes;
  measure_all(plan, {machine.recorded.begin(), machine.recorded.begin() + 3}, resumed.settings);
  REQUIRE(resumed.ids().size() == 4);
  CHECK(resumed.recorded.back().what.rate->per_second == 400.0);
}

TEST_CASE("a probe that fails is reported though another one of the same configuration was measured") {
  Machine machine;
  models::Configuration what;
  what.subject = "a";
  machine.settings.probes = {{"a", "probe a k: aged 1000", what, 1000, {}},
                             {"a", "probe a k: aged 10000", what, 10000, {}}};
  const auto sound = machine.settings.measure;
  machine.settings.measure = [&](const validation::Asked& asked) {
    if (asked.before == 10000) throw std::runtime_error("it died");
    return sound(asked);
  };
  const CampaignResult result =
      measure_all(plan_of("repeats: 1\ncases: [{subject: a}]\n"), {}, machine.settings);
  CHECK(machine.ids() == std::vector<std::string>{"a k 1x1 n=8 #1", "probe a k: aged 1000 #1"});
  REQUIRE(result.failures.size() == 1);
  CHECK(result.failures[0].what == "probe a k: aged 10000");
}

// 100 answers a second: 500 in the first window of 5 s, so that the next one takes 23 s for 2000 and 15 % more.
TEST_CASE("a window with too few answers is measured again, as long as it must be") {
  Machine machine;
  machine.rate = 100.0;
  const auto plan = plan_of("repeats: 2\nwindow: 5s\ncases: [{subject: a}]\n");
  measure_all(plan, {}, machine.settings);
  REQUIRE(machine.recorded.size() == 3);
  CHECK(machine.recorded[0].what.window.seconds == 5.0);
  CHECK(machine.recorded[1].what.window.seconds == 23.0);
  CHECK(machine.recorded[2].what.window.seconds == 23.0);
}
