// SPDX-License-Identifier: MIT
#include "models/scenario/validation_reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using models::Diagnostics;

const std::string subjects =
    "subjects:\n"
    "  shop:\n"
    "    command: serve {port} {processes} {threads}\n"
    "    kernels: {json: /json, wait: {path: /wait, method: POST, headers: ['A: b']}}\n"
    "    profile: shop.profile.yaml\n";

std::optional<models::ValidationPlan> read(const std::string& text, Diagnostics& diagnostics) {
  return models::parse_validation_plan("plans/a.yaml", subjects + text, diagnostics);
}

// The one error of a plan, as "line:column summary | help".
std::string error_of(const std::string& text) {
  Diagnostics diagnostics;
  CHECK_FALSE(models::parse_validation_plan("a.yaml", text, diagnostics));
  const auto all = diagnostics.sorted();
  REQUIRE(all.size() == 1);
  return std::to_string(all[0].line) + ":" + std::to_string(all[0].column) + " " + all[0].summary + " | " + all[0].help;
}

}  // namespace

TEST_CASE("a plan's subjects and cases are read, files relative to the plan") {
  Diagnostics diagnostics;
  const auto plan = read("cases: [{subject: shop, kernel: wait, cpu: 500m, memory: 64Mi, keep_alive: false}]\n"
                         "runs: old.jsonl\nrepeats: 7\nbounds: {latency_p99: {worst: 150%}}\n", diagnostics);
  REQUIRE_MESSAGE(plan, models::render(diagnostics, false));
  const models::ValidationSubject& shop = plan->subjects.at(0);
  CHECK(shop.group == "shop");
  CHECK(shop.profile == "plans/shop.profile.yaml");
  CHECK(shop.kernels.at(0).path == "/json");
  CHECK(shop.kernels.at(1).method == "POST");
  CHECK(shop.kernels.at(1).headers.at(0) == "A: b");
  CHECK(plan->runs == "plans/old.jsonl");
  CHECK(plan->repeats == 7);
  CHECK(plan->bounds.latency_p99.worst->value == 1.5);
  const models::PlannedCase& one = plan->cases.at(0);
  CHECK(one.kernel == "wait");
  CHECK(one.cpu->value == 0.5);
  CHECK(one.memory->value == 64.0 * 1024 * 1024);
  CHECK_FALSE(one.keep_alive);
}

TEST_CASE("lists of values stand for every combination, the first varying slowest, null for an absent field") {
  Diagnostics diagnostics;
  const auto plan = read("cases:\n  - {subject: shop, kernel: json, processes: [1, 2], cpu: [0.5, null]}\n"
                         "  - {subject: shop, kernel: [json, wait], preload: false, cpu: null}\n", diagnostics);
  REQUIRE_MESSAGE(plan, models::render(diagnostics, false));
  REQUIRE(plan->cases.size() == 6);
  CHECK(plan->cases[0].processes == 1);
  CHECK(plan->cases[0].cpu->value == 0.5);
  CHECK(plan->cases[1].processes == 1);
  CHECK_FALSE(plan->cases[1].cpu);
  CHECK(plan->cases[2].processes == 2);
  CHECK(plan->cases[5].kernel == "wait");
  CHECK_FALSE(plan->cases[5].cpu);
}

TEST_CASE("a wrong value in a case of several is reported once, where it stands") {
  CHECK(error_of(subjects + "cases: [{subject: shop, kernel: json, processes: [1, 2, 4], threads: many}]\n")
            .starts_with("6:70 'threads' must be a whole number"));
  CHECK(error_of(subjects + "cases: [{subject: shop, kernel: json, processes: [1, 0]}]\n").starts_with("6:54 'processes'"));
}

TEST_CASE("more combinations than anybody could measure are refused before they are made") {
  std::string numbers = "[1";
  for (int i = 2; i <= 40; ++i) numbers.append(",").append(std::to_string(i));
  numbers += "]";
  CHECK(error_of(subjects + "cases: [{subject: shop, kernel: json, processes: " + numbers + ", threads: " + numbers + "}]\n")
            .find("there are more than 1000 cases") != std::string::npos);
}

TEST_CASE("names that do not exist are found with a remedy") {
  CHECK(error_of(subjects + "cases: [{subject: shopp, kernel: json}]\n") ==
        "6:19 there is no subject 'shopp' | did you mean 'shop'?   (forkcast explain subjects)");
  CHECK(error_of(subjects + "cases: [{subject: shop, kernel: jso}]\n").starts_with("6:33 'shop' has no kernel 'jso' | did you mean 'json'?"));
  CHECK(error_of(subjects + "cases: [{subject: shop}]\n").starts_with("6:9 'kernel' is missing, and 'shop' has several"));
  CHECK(error_of(subjects + "casses: []\n").starts_with("6:1 unknown key 'casses' | did you mean 'cases'?"));
}

TEST_CASE("what the command cannot vary is not asked of it") {
  const std::string quoted = "subjects: {a: {command: 'serve {port}', kernels: {k: /}}}\n";
  CHECK(error_of(quoted + "cases: [{subject: a, processes: 2}]\n")
            .starts_with("2:33 the command of 'a' has no {processes}"));
  CHECK(error_of("subjects: {a: {command: serve, kernels: {k: /}}}\ncases: [{subject: a}]\n")
            .starts_with("1:25 the command does not say where {port} goes"));
  CHECK(error_of("subjects: {a: {}}\ncases: [{subject: a}]\n").find("has no command") != std::string::npos);
}

TEST_CASE("a share of a capacity needs the closed case that tells it") {
  CHECK(error_of(subjects + "cases:\n  - {subject: shop, kernel: json, rate_of_capacity: 50%}\n"
                            "  - {subject: shop, kernel: json, processes: 2}\n")
            .starts_with("7:53 the capacity of this deployment is not measured"));
  Diagnostics diagnostics;
  CHECK(read("cases:\n  - {subject: shop, kernel: json, rate_of_capacity: [50%, 70%]}\n  - {subject: shop, kernel: json}\n",
             diagnostics));
}

TEST_CASE("a plan with nothing to do is refused") {
  CHECK(error_of(subjects).starts_with("1:1 the plan has neither 'cases' to measure nor 'runs' to replay"));
  CHECK(error_of(subjects + "cases: [{subject: shop, kernel: json, rate: 5/s, rate_of_capacity: 50%}]\n")
            .find("exclude each other") != std::string::npos);
}
