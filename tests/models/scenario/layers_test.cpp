// SPDX-License-Identifier: MIT
// What --set and extends lay over a scenario.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/scenario/reader.hpp"
#include "tests/temporary_folder.hpp"

namespace {

constexpr const char* base = R"(service:
  load: 300/s
  slo: {p99: 250ms}
pools: {db: {size: 4}}
profiles:
  app: {kernels: {k: {phases: [{cpu: 1ms}, {wait: 5ms, pool: db}]}}}
deployments:
  one: {profile: app, runtime: gil_threads}
  v1.2: {profile: app, runtime: gil_threads, processes: 2}
expect:
  - {deployment: one, metric: throughput, near: 300/s}
)";

std::optional<models::Scenario> read(const std::vector<std::string>& settings) {
  models::Diagnostics diagnostics;
  auto scenario = models::parse_scenario("s.yaml", base, settings, diagnostics);
  CHECK_MESSAGE(!diagnostics.has_errors(), render(diagnostics, false));
  return scenario;
}

std::string complaint(const std::vector<std::string>& settings) {
  models::Diagnostics diagnostics;
  CHECK_FALSE(models::parse_scenario("s.yaml", base, settings, diagnostics));
  return render(diagnostics, false);
}

std::string read_file_complaint(const std::string& file, const std::string& folder) {
  models::Diagnostics diagnostics;
  CHECK_FALSE(models::read_scenario(file, {}, diagnostics));
  std::string text = render(diagnostics, false);
  for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder))
    text.erase(at, folder.size());
  return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("a setting replaces a value, creates what is missing, and later ones win") {
  CHECK(read({"service.load=20/s"})->service.load.open->per_second == 20.0);
  CHECK(read({"deployments.one.threads=16"})->deployments[0].threads == 16);
  CHECK(read({"container.limits.cpu=500m"})->container.limits.cpu->value == 0.5);
  CHECK(read({"run.seed=7", "run.seed=8"})->run.seed == 8);
  CHECK(
      read({"deployments.new={profile: app, runtime: processes, processes: 3}"})->deployments[2].processes ==
      3);
  CHECK(read({"expect.0.near=200/s"})->expect[0].near == 200.0);
  CHECK(read({"profiles.app.kernels.k.phases.0.cpu=2ms"})
            ->profiles.at("app")
            .kernels[0]
            .phases[0]
            .time.mean.value.seconds == 0.002);
  CHECK(read({"description=\"a: b = c\""})->description == "a: b = c");
}

TEST_CASE("a setting addresses names with dots, spells out shorthands and drops what excludes it") {
  CHECK(read({"deployments.v1.2.threads=4"})->deployments[1].threads == 4);
  const auto gamma = read({"service.load.arrivals=gamma"});
  CHECK(gamma->service.load.open->per_second == 300.0);
  CHECK(gamma->service.load.arrivals == models::ArrivalProcess::gamma);
  const auto closed = read({"service.load.connections=8"});
  CHECK_FALSE(closed->service.load.open);
  CHECK(closed->service.load.connections == 8);
  CHECK(read({"deployments.one.server=gunicorn_sync"})->deployments[0].runtime.empty());
}

TEST_CASE("the value null removes") {
  CHECK_FALSE(read({"service.slo.p99=null"})->service.slo.p99);
  CHECK(read({"deployments.v1.2=~"})->deployments.size() == 1);
}

TEST_CASE("a wrong setting is reported with its own line") {
  CHECK(complaint({"deployments.one.threds=16"}) ==
        "--set:1:17: error: unknown key 'threds' in 'one'\n"
        "   1 | deployments.one.threds=16\n"
        "     |                 ^~~~~~ did you mean 'threads'?   (forkcast explain deployments.threads)\n"
        "1 error. Nothing was run.\n");
  CHECK(complaint({"service.load=200"}) ==
        "--set:1:14: error: 'load' needs a unit\n"
        "   1 | service.load=200\n"
        "     |              ^~~ write 200/s, not 200   (forkcast explain service.load)\n"
        "1 error. Nothing was run.\n");
  CHECK(complaint({"service.load"}).find("--set:1:1: error: a setting must be written as path=value") == 0);
  CHECK(complaint({"=3"}).find("--set:1:1: error: a setting must be written as path=value") == 0);
  CHECK(complaint({"service..load=3/s"}).find("--set:1:9: error: the path has an empty part") == 0);
  CHECK(complaint({"a=1\nb=2"}).find("--set:1:1: error: a setting must be one line") == 0);
  CHECK(complaint({"service.load={open: 3/s"}).find("--set:1:") == 0);
  CHECK(complaint({"service.load="}).find("--set:1:") == 0);
  std::string deep = "a";
  for (int i = 0; i < 100; ++i) deep += ".a";
  CHECK(complaint({deep + "=1"}).find("--set:1:1: error: the path is nested too deep") == 0);
}

TEST_CASE("a scenario that extends another overrides maps by key, replaces lists and removes by null") {
  const TemporaryFolder folder;
  folder.file("base.yaml", base);
  const std::string file = folder.file("variants/fast.yaml", R"(extends: ../base.yaml
description: a variant
service: {load: {connections: 8, think_time: 10ms}, slo: {p99: null, p50: 20ms}}
deployments:
  v1.2: null
  one: {processes: 4}
  two: {profile: app, runtime: processes}
expect: []
)");
  models::Diagnostics diagnostics;
  const auto scenario = models::read_scenario(file, {"deployments.one.threads=2"}, diagnostics);
  REQUIRE_MESSAGE(scenario, render(diagnostics, false));
  CHECK(scenario->service.load.connections == 8);
  CHECK_FALSE(scenario->service.load.open);
  CHECK_FALSE(scenario->service.slo.p99);
  CHECK(scenario->service.slo.p50->seconds == 0.02);
  REQUIRE(scenario->deployments.size() == 2);
  CHECK(scenario->deployments[0].processes == 4);
  CHECK(scenario->deployments[0].threads == 2);
  CHECK(scenario->deployments[1].name == "two");
  CHECK(scenario->expect.empty());
}

TEST_CASE("errors under extends point to the file that has them") {
  const TemporaryFolder folder;
  folder.file("base.yaml", base);
  const auto complain = [&](const std::string& text) {
    return read_file_complaint(folder.file("v.yaml", text), folder.path());
  };
  CHECK(complain("extends: base.yaml\nservice: {load: 5}\n") == "v.yaml:2:17: error: 'load' needs a unit");
  CHECK(complain("extends: base.yaml\nservice: null\n") == "v.yaml:1:1: error: 'service' is missing");
  CHECK(complain("extends: base.yaml\nservice: {slo: {p50: null}}\n") ==
        "v.yaml:2:22: error: 'p50' has no value");
  CHECK(complain("extends: base.yaml\npools: {db: null}\n") ==
        "base.yaml:6:62: error: there is no pool 'db'");
  CHECK(complain("extends: gone.yaml\n") ==
        "v.yaml:1:10: error: the file 'gone.yaml' cannot be opened: No such file or directory");
  CHECK(complain("extends: v.yaml\n") == "v.yaml:1:10: error: 'v.yaml' extends itself in a circle");
  CHECK(complain("extends: ./sub/../v.yaml\n") ==
        "v.yaml:1:10: error: './sub/../v.yaml' extends itself in a circle");
  CHECK(complain("extends: [a]\n") == "v.yaml:1:10: error: 'extends' must be the path of a scenario");
  folder.file("w.yaml", "extends: v.yaml\n");
  CHECK(complain("extends: w.yaml\n") == "w.yaml:1:10: error: 'v.yaml' extends itself in a circle");
  for (int i = 0; i < 20; ++i) {
    const auto name = [](int number) {
      return std::string("l").append(std::to_string(number)).append(".yaml");
    };
    folder.file(name(i), std::string("extends: ").append(name(i + 1)));
  }
  CHECK(complain("extends: l0.yaml\n") == "l7.yaml:1:10: error: more than 8 files extend each other");
}
