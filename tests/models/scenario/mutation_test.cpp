// SPDX-License-Identifier: MIT
// Thousands of damaged scenarios: none may crash or hang the reader, each is either accepted or explained,
// and each explanation points into the text. The damage is drawn from a fixed seed.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/reader.hpp"
#include "models/scenario/resolved.hpp"

namespace {

constexpr const char* seed_text = R"(description: >
  A scenario that uses
  most of the language.
service:
  load: {open: 300/s, arrivals: gamma, scv: 2}
  keep_alive: true
  balancer: least_request
  slo: {p99: 250ms, errors: 0.1%}
  mix: {json: 3, wait: 1}
  timeout: 30s
  client: {cpu: 60us}
container:
  limits: {cpu: 2, memory: 1Gi}
  requests: {cpu: 500m}
  oom: process
node:
  cores: 4
  scaling: [1.0, 1.9, 2.7, 3.4]
  neighbours: {batch: {threads: 2, requests: {cpu: 1}}}
replicas: 2
pools:
  "db": {per: thread, size: 2, max: 100}
profiles:
  gil:
    provenance: {command: 'probe "it"', date: 2026-11-22, fitted_from: [0, 7]}
    lock: {handover_cpu: 30us, handover_lock: {value: 26us, range: 20us..30us, basis: measured, source: guess}}
    memory: {process: 45MiB, thread: 300KiB}
    kernels:
      json:
        phases:
          - {lock: 930us, releases: 10}
          - {cpu: {quantiles: {p10: 650us, p50: 980us, p99: 3ms}}, memory: 2MiB}
      wait: {phases: [{wait: {mean: 20ms, shape: lognormal, scv: 0.3}, awaitable: true, pool: db}]}
  ft: {derive: gil, single_thread_cost: 1.03..1.15, memory: 1.15..1.40, contention: 0..0.05}
deployments:
  gthread-2x8: {profile: gil, server: gunicorn_gthread, processes: 2, threads: 8, preload: true}
  ft-1x16:
    profile: ft
    runtime: free_threads
    threads: 16
run: {seed: 7, precision: 5%}
expect:
  - {deployment: gthread-2x8, metric: latency_p99, at_most: 250ms}
  - {deployment: ft-1x16, binds: cores}
)";

constexpr std::array<std::string_view, 48> tokens{":",
                                                  ": ",
                                                  "- ",
                                                  "[",
                                                  "]",
                                                  "{",
                                                  "}",
                                                  ",",
                                                  "'",
                                                  "\"",
                                                  "|\n",
                                                  ">\n",
                                                  "#",
                                                  "&a ",
                                                  "*a",
                                                  "<<: ",
                                                  "!!x ",
                                                  "---\n",
                                                  "...\n",
                                                  "? ",
                                                  "%YAML 1\n",
                                                  "~",
                                                  "null",
                                                  "\t",
                                                  "\n",
                                                  "\r",
                                                  " ",
                                                  "  ",
                                                  "\\",
                                                  "010",
                                                  "0x1f",
                                                  ".nan",
                                                  "-.inf",
                                                  "1e999",
                                                  "-1",
                                                  "1000000000000",
                                                  "9999999999999999999999",
                                                  "1..2",
                                                  "5m",
                                                  "KB",
                                                  "\xC3\xA9",
                                                  "\xFF",
                                                  "yes",
                                                  "extends: s.yaml\n",
                                                  "derive: gil",
                                                  "file: /nowhere",
                                                  "trace: /nowhere",
                                                  "{a: {a: {a: {a: {a: "};

// SplitMix64 (S. Vigna); the test needs numbers that are the same everywhere, not good ones.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t bound) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<std::size_t>((z ^ (z >> 31U)) % bound);
  }

 private:
  std::uint64_t state_;
};

std::string mutated(std::string text, Numbers& numbers) {
  for (std::size_t times = 1 + numbers.below(4); times > 0; --times) {
    const std::size_t at = numbers.below(text.size() + 1);
    const std::size_t length = std::min(numbers.below(30), text.size() - at);
    switch (numbers.below(7)) {
      case 0:
        text.insert(at, tokens[numbers.below(tokens.size())]);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(numbers.below(text.size() + 1), text.substr(at, length));
        break;
      case 3:
        text.replace(at, length, tokens[numbers.below(tokens.size())]);
        break;
      case 4:
        if (at < text.size()) text[at] = static_cast<char>(numbers.below(256));
        break;
      case 5:
        text.resize(at);
        break;
      default: {  // a line more often
        const std::size_t start = text.rfind('\n', at) + 1;
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end >= start) text.insert(start, text.substr(start, end - start) + "\n");
      }
    }
    if (text.empty()) return text;
  }
  return text;
}

bool shows_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F; });
}

}  // namespace

TEST_CASE("every damaged scenario is accepted or explained") {
  Numbers numbers(20261122);
  int accepted = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string text = mutated(seed_text, numbers);
    CAPTURE(text);
    models::Diagnostics diagnostics;
    const auto scenario = models::parse_scenario("s.yaml", text, {}, diagnostics);
    REQUIRE(scenario.has_value() == !diagnostics.has_errors());
    for (const models::Diagnostic& diagnostic : diagnostics.sorted()) {
      REQUIRE(diagnostic.line >= 1);
      REQUIRE(diagnostic.line <= std::count(text.begin(), text.end(), '\n') + 1);
      REQUIRE(diagnostic.column >= 1);
      REQUIRE(diagnostic.length >= 1);
      REQUIRE_FALSE(diagnostic.summary.empty());
    }
    REQUIRE_FALSE(shows_control_character(render(diagnostics, false)));
    if (scenario) {
      ++accepted;
      REQUIRE_FALSE(models::resolved(*scenario).dump().empty());
    }
  }
  // The damage is neither always fatal nor never.
  CHECK(accepted > 50);
  CHECK(accepted < 3000);
}

TEST_CASE("every damaged setting is accepted or explained") {
  const std::vector<std::string> seeds{"service.load.open=200/s", "deployments.gthread-2x8.threads=16",
                                       "expect.0.at_most=1s", "profiles.ft.memory={value: 1.2, range: 1..2}",
                                       "pools.db=null"};
  Numbers numbers(7);
  for (int i = 0; i < 2000; ++i) {
    const std::string setting = mutated(seeds[numbers.below(seeds.size())], numbers);
    CAPTURE(setting);
    models::Diagnostics diagnostics;
    const auto scenario = models::parse_scenario("s.yaml", seed_text, {setting}, diagnostics);
    REQUIRE(scenario.has_value() == !diagnostics.has_errors());
    REQUIRE_FALSE(shows_control_character(render(diagnostics, false)));
  }
}
