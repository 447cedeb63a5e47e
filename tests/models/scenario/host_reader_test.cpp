// SPDX-License-Identifier: MIT
// Host profiles read, written, named by a service profile and by the node of a scenario.
#include "models/scenario/host_reader.hpp"

#include <doctest/doctest.h>

#include <string>

#include "models/scenario/reader.hpp"
#include "models/scenario/profile_writer.hpp"
#include "models/scenario/tables.hpp"
#include "tests/temporary_folder.hpp"

namespace {

constexpr const char* small_host = "cores: 2\nspeed: 0.8\nscaling: {compute: [1.0, 1.9], memory: [1, 1.5]}\n";
constexpr const char* big_host = "name: big\ncores: 4\nspeed: {value: 1.6, range: 1.5..1.7}\n"
                                 "scaling: {compute: [1.0, 1.9, 2.8, 3.6]}\n";
constexpr const char* kernel = "kernels: {k: {phases: [{lock: 1ms}, {wait: 20ms}]}}\n";

struct Read {
  std::optional<models::Scenario> scenario;
  std::string text;
};

Read read(const TemporaryFolder& folder, const std::string& profile, const std::string& node) {
  models::Diagnostics diagnostics;
  const std::string text = "service: {load: 3/s}\ndeployments: {one: {profile: a, runtime: processes}}\nprofiles: {a: " +
                           profile + "}\nnode: " + node + "\n";
  Read result;
  result.scenario = models::read_scenario(folder.file("s.yaml", text), {}, diagnostics);
  result.text = render(diagnostics, false);
  result.text = result.text.substr(0, result.text.find('\n'));
  if (result.text.starts_with(folder.path())) result.text.erase(0, folder.path().size());
  return result;
}

// What a file says of itself after it has been read and written.
std::string rewritten(const std::string& text) {
  models::Diagnostics diagnostics;
  const auto host = models::parse_host_profile("x.host.yaml", text, diagnostics);
  REQUIRE_MESSAGE(host, render(diagnostics, false));
  return models::write_host_profile(*host);
}

}  // namespace

TEST_CASE("a host profile is written as it is read") {
  const std::string text =
      "name: \"this machine\"\n"
      "provenance:\n"
      "  command: \"forkcast measure-host\"\n"
      "  date: \"2026-11-22\"\n"
      "  machine: \"AMD EPYC (Zen 3), 2 cores\"\n"
      "cores: 2\n"
      "speed: {value: 1.6, range: 1.5..1.7}\n"
      "yardstick:\n"
      "  memory: 0.9\n"
      "scaling:\n"
      "  compute: [1, 1.94]\n"
      "start:\n"
      "  fork_per_mib: {value: 21us, range: 20us..23us}\n"
      "quota:\n"
      "  half-of-one: {quota: 0.5, share: 99.5%, throttled: {value: 50ms, basis: derived, source: \"said \\\"so\\\"\"}}\n"
      "steal: 0.2%\n";
  const std::string once = rewritten(text);
  CHECK(rewritten(once) == once);
  CHECK(once == text);
}

TEST_CASE("a service profile takes what it does not say about its host from the host profile") {
  const TemporaryFolder folder;
  folder.file("hosts/small.host.yaml", small_host);
  models::Diagnostics diagnostics;
  const auto profile = models::read_profile(
      folder.file("p/a.profile.yaml", std::string("host: {file: ../hosts/small.host.yaml}\n") + kernel), diagnostics);
  REQUIRE_MESSAGE(profile, render(diagnostics, false));
  CHECK(profile->host.name == "small");
  CHECK(profile->host.cores == 2);
  CHECK(profile->host.scaling == std::vector<double>{1.0, 1.9});
  CHECK(profile->host.speed->value == 0.8);
  const auto varied = models::read_profile(
      folder.file("p/b.profile.yaml", std::string("host: {file: ../hosts/small.host.yaml, cores: 1, speed: 0.7}\n") + kernel),
      diagnostics);
  REQUIRE_MESSAGE(varied, render(diagnostics, false));
  CHECK(varied->host.cores == 1);
  CHECK(varied->host.scaling.empty());
  CHECK(varied->host.speed->value == 0.7);
}

TEST_CASE("a node that names a host has its cores, and profiles from elsewhere are carried there") {
  const TemporaryFolder folder;
  folder.file("small.host.yaml", small_host);
  folder.file("big.host.yaml", big_host);
  folder.file("a.profile.yaml", std::string("provenance: {command: x}\nhost: {file: small.host.yaml}\n") + kernel);
  const auto [scenario, text] = read(folder, "{file: a.profile.yaml}", "{host: big.host.yaml}");
  REQUIRE_MESSAGE(scenario, text);
  CHECK(scenario->node.cores == 4);
  CHECK(scenario->node.scaling.back() == 3.6);
  const auto& phases = scenario->profiles.at("a").kernels[0].phases;
  CHECK(phases[0].time.mean.value.seconds == doctest::Approx(0.5e-3));
  CHECK(phases[0].time.mean.basis == models::Basis::derived);
  CHECK(phases[1].time.mean.value.seconds == 20e-3);
  CHECK(phases[1].time.mean.basis == models::Basis::measured);

  const auto [at_home, none] = read(folder, "{file: a.profile.yaml}", "{host: small.host.yaml}");
  REQUIRE_MESSAGE(at_home, none);
  CHECK(at_home->profiles.at("a").kernels[0].phases[0].time.mean.basis == models::Basis::measured);
}

TEST_CASE("a derived profile is carried once, like the one it is derived from") {
  const TemporaryFolder folder;
  folder.file("small.host.yaml", small_host);
  folder.file("big.host.yaml", big_host);
  folder.file("a.profile.yaml", std::string("host: {file: small.host.yaml}\n") + kernel);
  const auto [scenario, text] =
      read(folder, "{file: a.profile.yaml}, b: {derive: a, single_thread_cost: 1.1}", "{host: big.host.yaml}");
  REQUIRE_MESSAGE(scenario, text);
  CHECK(scenario->profiles.at("b").kernels[0].phases[0].time.mean.value.seconds == doctest::Approx(0.5e-3));
}

TEST_CASE("what cannot be carried or does not fit is refused where it stands") {
  const TemporaryFolder folder;
  folder.file("big.host.yaml", big_host);
  folder.file("odd.host.yaml", "cores: 2\nspeed: 1\nscaling: {compute: [1.0, 2.4]}\n");
  const std::string kernels(kernel, std::string_view(kernel).size() - 1);  // without its line end
  const std::string inline_profile = std::string("{").append(kernels).append("}");
  const auto complaint = [&](const std::string& profile, const std::string& node) { return read(folder, profile, node).text; };
  CHECK(complaint(inline_profile, "{host: big.host.yaml}") ==
        "s.yaml:3:12: error: profile 'a' does not say how fast its own host was, so its CPU times cannot be carried to "
        "'big'");
  const std::string fast = std::string("{host: {speed: 2}, ").append(kernels).append("}");
  CHECK(complaint(fast, "{host: big.host.yaml}").empty());
  CHECK(complaint(fast, "{host: big.host.yaml, cores: 4}").find("exclude each other") != std::string::npos);
  CHECK(complaint(inline_profile, "{host: gone.host.yaml}").find("cannot be opened") != std::string::npos);
  CHECK(complaint(inline_profile, "{host: odd.host.yaml}") ==
        "odd.host.yaml:3:26: error: the throughput of 2 cores must lie between 0 and 2 times that of one");
  models::Diagnostics diagnostics;
  CHECK_FALSE(models::parse_host_profile("x.host.yaml", "cores: 2\nspeed: 0\n", diagnostics));
  CHECK_FALSE(models::parse_host_profile("x.host.yaml", "cores: 2\n", diagnostics));
  CHECK_FALSE(models::parse_host_profile("x.host.yaml", "cores: 2\nspeed: 1\nspede: 1\n", diagnostics));
  CHECK(models::lint(folder.path() + "big.host.yaml", diagnostics));
}
