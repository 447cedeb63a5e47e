// SPDX-License-Identifier: MIT
#include "models/scenario/profile_writer.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "models/profile/numbers.hpp"
#include "models/scenario/reader.hpp"

namespace {

models::Profile read(const std::string& text) {
  models::Diagnostics diagnostics;
  const auto profile = models::parse_profile("p.yaml", text, diagnostics);
  REQUIRE_MESSAGE(profile, render(diagnostics, false), text);
  return *profile;
}

template <class T>
std::string described(const models::Measured<T>& number) {
  const auto raw = [](const T& value) {
    if constexpr (std::is_same_v<T, double>) {
      return value;
    } else if constexpr (requires { value.seconds; }) {
      return value.seconds;
    } else {
      return value.value;
    }
  };
  char text[120];
  std::snprintf(text, sizeof text, "%.11g %.11g %.11g ", raw(number.value), raw(number.low), raw(number.high));
  return text + std::string(word(number.basis)) + " " + number.source;
}

std::map<std::string, std::string> all_numbers(const models::Profile& profile) {
  std::map<std::string, std::string> all;
  models::for_each_number(profile, [&](std::string_view path, const auto& one) { all[std::string(path)] = described(one); });
  return all;
}

void check_round_trip(const std::string& text) {
  const models::Profile before = read(text);
  const std::string written = models::write_profile(before);
  INFO(written);
  const models::Profile after = read(written);
  CHECK(all_numbers(after) == all_numbers(before));
  CHECK(after.name == before.name);
  CHECK(after.description == before.description);
  CHECK(after.provenance.command == before.provenance.command);
  CHECK(after.provenance.fitted_from == before.provenance.fitted_from);
  CHECK(after.host.cores == before.host.cores);
  CHECK(after.host.scaling == before.host.scaling);
  CHECK(after.lock.present == before.lock.present);
  CHECK(after.memory.parent_of_one == before.memory.parent_of_one);
  REQUIRE(after.kernels.size() == before.kernels.size());
  for (std::size_t k = 0; k < after.kernels.size(); ++k) {
    CHECK(after.kernels[k].name == before.kernels[k].name);
    CHECK(after.kernels[k].help == before.kernels[k].help);
    REQUIRE(after.kernels[k].phases.size() == before.kernels[k].phases.size());
    for (std::size_t i = 0; i < after.kernels[k].phases.size(); ++i) {
      const models::Phase& a = after.kernels[k].phases[i];
      const models::Phase& b = before.kernels[k].phases[i];
      CHECK(a.kind == b.kind);
      CHECK(a.awaitable == b.awaitable);
      CHECK(a.pool == b.pool);
      CHECK(a.memory == b.memory);
      CHECK(a.time.shape == b.time.shape);
      CHECK(a.time.scv == doctest::Approx(b.time.scv));
      REQUIRE(a.time.quantiles.size() == b.time.quantiles.size());
      for (std::size_t q = 0; q < a.time.quantiles.size(); ++q) {
        CHECK(a.time.quantiles[q].value.seconds == doctest::Approx(b.time.quantiles[q].value.seconds));
      }
    }
  }
  CHECK(models::write_profile(after) == written);
}

constexpr const char* full = R"(name: shop
description: "a \"quoted\" text: with # signs"
provenance: {command: forkcast profile, date: "2026-11-22", fitted_from: ["0", "7 b"]}
host: {cores: 4, scaling: [1.0, 1.98, 2.9, 3.7]}
lock: {handover_cpu: 25.12us, handover_lock: {value: 26us, range: 20us..30us, basis: derived, source: "from the other"}}
threads: {contention: 0.05..0.2}
accept: {stickiness: 59.6%, wakeup_cpu: {value: 0s, basis: assumed, source: "no probe shows it"}}
memory: {parent_of_one: false, process: 44.6MiB, growth: 0B, decay_requests: 1500}
load_generator: {cpu: 60us, connect_cpu: 70us, open_cpu: 25us}
kernels:
  json:
    help: all of it under the lock
    memory: {never_unshared: 20%..30%, decay_requests: {value: 300, basis: assumed, source: "a guess"}, growth: 0B}
    phases:
      - {lock: {mean: 944.5us, shape: lognormal, scv: 0.34}, releases: 12.3, memory: 0.09MiB}
  "on": {phases: [{cpu: 1ms}, {wait: 20.1ms, awaitable: true, pool: db}, {cpu: {quantiles: {p10: 1ms, p50: 2ms, p99.9: 9ms}}}]}
)";

}  // namespace

TEST_CASE("a written profile reads back as the same profile") { check_round_trip(full); }

TEST_CASE("a profile without provenance keeps its bases, too") {
  check_round_trip("basis: derived\nkernels: {k: {phases: [{lock: {value: 3ms, basis: measured}}, {wait: 1ms}]}}\n");
}

TEST_CASE("what is as if it were not written is left out, and short values stay short") {
  const std::string written = models::write_profile(read(full));
  CHECK(written.find("coherency") == std::string::npos);
  // Of a kernel's memory everything that is given counts, be it the default of the profile's.
  const std::size_t of_kernels = written.find("kernels:");
  CHECK(written.find("growth: 0B", of_kernels) != std::string::npos);
  CHECK(written.find("handover_cpu: 25.12us") != std::string::npos);
  CHECK(written.find("phases: [{lock: {mean: 944.5us, shape: lognormal, scv: 0.34}, releases: 12.3") != std::string::npos);
}

TEST_CASE("a comment stands behind the number of its path") {
  const std::string written = models::write_profile(read(full), {{"lock.handover_cpu", "95 %: 23us..27us"}});
  CHECK(written.find("handover_cpu: 25.12us  # 95 %: 23us..27us\n") != std::string::npos);
  CHECK(all_numbers(read(written)) == all_numbers(read(full)));
}
