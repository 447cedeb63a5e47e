// SPDX-License-Identifier: MIT
#include "models/scenario/resolved.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "models/scenario/reader.hpp"

namespace {

nlohmann::ordered_json resolve(const std::string& text) {
  models::Diagnostics diagnostics;
  const auto scenario = models::parse_scenario("s.yaml", text, {}, diagnostics);
  REQUIRE_MESSAGE(scenario, render(diagnostics, false));
  return models::resolved(*scenario);
}

}  // namespace

TEST_CASE("the resolved scenario has every default, SI units in its keys, and nothing without effect") {
  const auto json = resolve(R"(service: {load: {open: 90/min, arrivals: gamma}, mix: {b: 3, a: 1}}
container: {limits: {cpu: 500m, memory: 1Gi}}
profiles:
  p:
    lock: {handover_cpu: 20us..30us}
    kernels:
      a: {phases: [{wait: 20ms}]}
      b: {phases: [{cpu: {quantiles: {p50: 1ms, p99.9: 2ms}}, memory: 1kB}]}
deployments: {z: {profile: p, runtime: processes}, a: {profile: p, server: gunicorn_sync}}
)");
  CHECK(json["service"]["load"]["open_per_s"] == 1.5);
  CHECK(json["service"]["load"]["scv"] == 4.0);
  CHECK_FALSE(json["service"]["load"].contains("burst_length_s"));
  CHECK_FALSE(json["service"]["load"].contains("think_time_s"));
  CHECK(json["service"]["timeout_s"].is_null());
  CHECK(json["service"]["mix"].dump() == R"({"b":3.0,"a":1.0})");
  CHECK(json["container"]["limits"]["cpu_cores"] == 0.5);
  CHECK(json["container"]["limits"]["memory_bytes"] == 1073741824.0);
  CHECK(json["container"]["cpu_period_s"] == 0.1);
  CHECK(json["container"]["oom"] == "group");
  CHECK(json["profiles"]["p"]["lock"]["handover_cpu_s"]["low"] == 20e-6);
  CHECK(json["profiles"]["p"]["lock"]["handover_cpu_s"]["basis"] == "assumed");
  const auto& kernels = json["profiles"]["p"]["kernels"];
  CHECK(kernels["a"]["phases"][0]["wait"]["mean_s"]["value"] == 0.02);
  CHECK(kernels["a"]["phases"][0]["awaitable"] == false);
  CHECK_FALSE(kernels["a"]["phases"][0].contains("cpu"));
  CHECK(kernels["b"]["phases"][0]["cpu"]["quantiles_s"].dump() == R"({"p50":0.001,"p99.9":0.002})");
  CHECK_FALSE(kernels["b"]["phases"][0]["cpu"].contains("mean_s"));
  CHECK(kernels["b"]["phases"][0]["memory_bytes"] == 1000.0);
  CHECK(json["deployments"].begin().key() == "z");
  CHECK(json["deployments"]["z"]["runtime"] == "processes");
  CHECK(json["run"]["seed"] == 1);
}

TEST_CASE("a shorthand and the same written out resolve to the same") {
  const std::string rest =
      "profiles: {p: {kernels: {k: {phases: [{cpu: 1ms}]}}}}\ndeployments: {a: {profile: p, runtime: "
      "processes}}\n";
  const std::string written_out =
      "profiles: {p: {kernels: {k: {phases: [{cpu: {mean: {value: 1000us, range: 1ms..1ms}, shape: "
      "constant}}]}}}}\n"
      "deployments: {a: {runtime: processes, profile: p, threads: 1}}\n";
  CHECK(resolve("service: {load: 60/min}\n" + rest).dump() ==
        resolve(written_out + "service: {load: {open: 1/s, arrivals: poisson}}\n").dump());
}
