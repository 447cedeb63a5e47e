// SPDX-License-Identifier: MIT
// Profiles in files, in place and derived; and the trace file, which is found the same way.
#include "models/scenario/profile_reader.hpp"

#include <doctest/doctest.h>

#include <string>

#include "models/scenario/reader.hpp"
#include "tests/temporary_folder.hpp"

namespace {

constexpr const char* stored = R"(name: shop on 3.13
provenance: {command: probe, date: 2026-11-22, interpreter: CPython 3.13.15, fitted_from: [0, 7, "12"]}
lock: {handover_cpu: 30us, handover_lock: {value: 26us, basis: extrapolated}}
memory: {process: 40MiB..50MiB, thread: 300KiB}
kernels:
  json: {phases: [{lock: 930us, releases: 10}], memory: {growth: 100B..200B, decay_requests: 300}}
)";

std::string scenario_with(const std::string& profiles) {
  return std::string(
             "service: {load: 300/s}\ndeployments: {one: {profile: a, runtime: processes}}\nprofiles:\n")
      .append(profiles);
}

struct Read {
  std::optional<models::Scenario> scenario;
  std::string text;
};

Read read(const TemporaryFolder& folder, const std::string& profiles) {
  models::Diagnostics diagnostics;
  Read result;
  result.scenario = models::read_scenario(folder.file("s/s.yaml", scenario_with(profiles)), {}, diagnostics);
  result.text = render(diagnostics, false);
  for (std::size_t at = result.text.find(folder.path()); at != std::string::npos;
       at = result.text.find(folder.path())) {
    result.text.erase(at, folder.path().size());
  }
  return result;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("a stored profile with a provenance is measured unless a number says otherwise") {
  const TemporaryFolder folder;
  models::Diagnostics diagnostics;
  const auto profile = models::read_profile(folder.file("shop.profile.yaml", stored), diagnostics);
  REQUIRE_MESSAGE(profile, render(diagnostics, false));
  CHECK(profile->name == "shop on 3.13");
  CHECK(profile->provenance.date == "2026-11-22");
  CHECK(profile->provenance.fitted_from == std::vector<std::string>{"0", "7", "12"});
  CHECK(profile->lock.handover_cpu.basis == models::Basis::measured);
  CHECK(profile->lock.handover_lock.basis == models::Basis::extrapolated);
  CHECK(profile->kernels[0].phases[0].time.mean.basis == models::Basis::measured);
  CHECK(profile->kernels[0].phases[0].releases.basis == models::Basis::measured);
  CHECK(profile->memory.process.is_range());
  CHECK(profile->memory.process.value.value == 45.0 * 1024 * 1024);
  CHECK(profile->memory.request.basis == models::Basis::assumed);
  CHECK(profile->lock.switch_interval.value.seconds == 0.005);
  CHECK(models::lint(folder.path() + "shop.profile.yaml", diagnostics));
}

TEST_CASE("a profile without a provenance, or one that states its basis, is not measured") {
  models::Diagnostics diagnostics;
  const std::string kernels = "kernels: {k: {phases: [{cpu: 1ms}]}}\n";
  CHECK(models::parse_profile("p.yaml", kernels, diagnostics)->kernels[0].phases[0].time.mean.basis ==
        models::Basis::assumed);
  const auto derived = models::parse_profile(
      "p.profile.yaml", "basis: derived\nprovenance: {command: x}\n" + kernels, diagnostics);
  CHECK(derived->kernels[0].phases[0].time.mean.basis == models::Basis::derived);
  CHECK(derived->name == "p");
}

TEST_CASE(
    "a profile file is found beside the scenario, and what stands beside it varies it as an assumption") {
  const TemporaryFolder folder;
  folder.file("shop.profile.yaml", stored);
  const auto [scenario, text] = read(folder, "  a: {file: ../shop.profile.yaml, memory: {thread: 1MiB}}\n");
  REQUIRE_MESSAGE(scenario, text);
  const models::Profile& profile = scenario->profiles.at("a");
  CHECK(profile.name == "shop on 3.13");
  CHECK(profile.memory.thread.value.value == 1024.0 * 1024.0);
  CHECK(profile.memory.thread.basis == models::Basis::assumed);
  CHECK(profile.memory.process.basis == models::Basis::measured);
}

TEST_CASE("a derived profile multiplies the ends of ranges, replaces scalability and loses the lock") {
  const TemporaryFolder folder;
  folder.file("shop.profile.yaml", stored);
  const auto [scenario, text] =
      read(folder,
           "  c: {derive: a, memory: 2, lock: true}\n"
           "  a: {derive: b, single_thread_cost: 1.03..1.15, memory: 1.15..1.40, contention: 0..0.05}\n"
           "  b: {file: ../shop.profile.yaml}\n");
  REQUIRE_MESSAGE(scenario, text);
  const models::Profile& free = scenario->profiles.at("a");
  CHECK(free.name == "a");
  CHECK_FALSE(free.lock.present);
  CHECK(free.threads.single_thread_cost.value.value == doctest::Approx(1.09));
  CHECK(free.threads.single_thread_cost.basis == models::Basis::assumed);
  CHECK(free.memory.process.low.value == 40.0 * 1024 * 1024 * 1.15);
  CHECK(free.memory.process.high.value == 50.0 * 1024 * 1024 * 1.40);
  CHECK(free.memory.process.basis == models::Basis::derived);
  CHECK(free.memory.process.source == "derived from b");
  CHECK(free.threads.contention.high == 0.05);
  const models::KernelMemory& kernel = free.kernels.front().memory;
  REQUIRE(kernel.growth);
  CHECK(kernel.growth->high.value == doctest::Approx(200.0 * 1.40));
  CHECK(kernel.growth->basis == models::Basis::derived);
  CHECK(kernel.decay_requests->value == 300.0);
  CHECK_FALSE(kernel.never_unshared);
  const models::Profile& twice = scenario->profiles.at("c");
  CHECK(twice.lock.present);
  CHECK(twice.memory.thread.low.value == doctest::Approx(300.0 * 1024 * 1.15 * 2));
}

TEST_CASE("profiles that lead nowhere or in circles are reported") {
  const TemporaryFolder folder;
  const std::string sound = "  a: {kernels: {k: {phases: [{cpu: 1ms}]}}}\n";
  const auto complaint = [&](const std::string& profiles) { return first_line(read(folder, profiles).text); };
  CHECK(complaint(sound).empty());
  CHECK(complaint("  a: {derive: b}\n") == "s/s.yaml:4:15: error: there is no profile 'b'");
  CHECK(complaint("  a: {derive: a}\n") == "s/s.yaml:4:15: error: profile 'a' is derived from itself");
  CHECK(complaint("  a: {derive: b}\n  b: {derive: a}\n") ==
        "s/s.yaml:5:15: error: profile 'a' is derived from itself");
  CHECK(complaint("  a: {file: gone.yaml}\n") ==
        "s/s.yaml:4:13: error: the file 's/gone.yaml' cannot be opened: No such file or directory");
  CHECK(complaint("  a: {file: ..}\n").find("Is a directory") != std::string::npos);
  CHECK(complaint("  a: {file: x, derive: b}\n") ==
        "s/s.yaml:4:7: error: 'file' and 'derive' exclude each other");
  CHECK(complaint("  a: shop.profile.yaml\n") ==
        "s/s.yaml:4:6: error: 'a' must be a map of settings, not a plain value");
  CHECK(complaint("  a: {derive: b, memory: 20MiB}\n  b: {kernels: {k: {phases: [{cpu: 1ms}]}}}\n") ==
        "s/s.yaml:4:26: error: 'memory' must be a number, and 'MiB' is the unit of a size");
  CHECK(complaint("  a: {}\n") == "s/s.yaml:4:3: error: 'kernels' is missing in 'a'");
  CHECK(complaint("  a: {kernels: {k: {phases: []}}}\n") ==
        "s/s.yaml:4:21: error: 'phases' needs at least 1 entry, not 0");
  folder.file("s/bad.profile.yaml", "kernels: {k: {phases: [{cpu: 1}]}}\n");
  CHECK(complaint("  a: {file: bad.profile.yaml}\n") == "s/bad.profile.yaml:1:30: error: 'cpu' needs a unit");
  folder.file("s/pool.profile.yaml", "kernels: {k: {phases: [{wait: 1ms, pool: db}]}}\n");
  CHECK(complaint("  a: {file: pool.profile.yaml}\n") ==
        "s/s.yaml:4:3: error: kernel 'k' of this profile takes tokens of a pool 'db' that is not in 'pools'");
}

TEST_CASE("a trace is a file of ascending times in seconds") {
  const TemporaryFolder folder;
  const auto read_trace = [&](const std::string& csv) {
    folder.file("t.csv", csv);
    models::Diagnostics diagnostics;
    const auto scenario = models::read_scenario(
        folder.file("s.yaml",
                    "service: {load: {trace: t.csv}}\nprofiles: {a: {kernels: {k: {phases: [{cpu: 1ms}]}}}}\n"
                    "deployments: {one: {profile: a, runtime: processes}}\n"),
        {}, diagnostics);
    std::string text = first_line(render(diagnostics, false));
    if (text.starts_with(folder.path())) text.erase(0, folder.path().size());
    return std::pair(scenario ? scenario->service.load.trace_times : std::vector<double>(), text);
  };
  CHECK(read_trace("time_s\n0\n0.5\r\n\n# later\n0.5\n2e1\n").first ==
        std::vector<double>{0.0, 0.5, 0.5, 20.0});
  CHECK(read_trace("0\n2\n1\n").second == "t.csv:3:1: error: this arrival is earlier than the one before it");
  CHECK(read_trace("0\n2s\n").second == "t.csv:2:1: error: '2s' is not a time in seconds");
  CHECK(read_trace("0\n-1\n").second == "t.csv:2:1: error: '-1' is not a time in seconds");
  CHECK(read_trace("0\nnan\n").second == "t.csv:2:1: error: 'nan' is not a time in seconds");
  CHECK(read_trace("").second.find("holds no arrivals") != std::string::npos);
}
