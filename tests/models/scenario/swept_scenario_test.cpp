// SPDX-License-Identifier: MIT
#include "models/scenario/swept_scenario.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/models/scenario/sound_scenario.hpp"
#include "tests/temporary_folder.hpp"

using models::Diagnostics;
using models::Scenario;
using models::SweepOptions;
using models::SweptScenario;

namespace {

class Study {
 public:
  explicit Study(const std::string& text, const SweepOptions& options = {}) {
    swept_ = SweptScenario::read(folder_.file("s.yaml", text), options, diagnostics_);
  }
  explicit Study(const SweepOptions& options) : Study(sound_scenario::sound, options) {}

  const std::optional<SweptScenario>& swept() const { return swept_; }
  // The first problem, without the folder.
  std::string problem() {
    if (swept_) swept_->check(diagnostics_);
    if (diagnostics_.sorted().empty()) return {};
    const std::string text = render(diagnostics_.sorted().front(), false);
    const std::size_t begin = text.starts_with(folder_.path()) ? folder_.path().size() : 0;
    return text.substr(begin, text.find('\n') - begin);
  }
  Scenario at(std::size_t point) {
    REQUIRE(swept_);
    const std::optional<Scenario> scenario = swept_->at(point, diagnostics_);
    REQUIRE(scenario);
    return *scenario;
  }

 private:
  TemporaryFolder folder_;
  Diagnostics diagnostics_;
  std::optional<SweptScenario> swept_;
};

std::string sweep_block(const std::string& block) {
  return std::string(sound_scenario::sound) + "sweep: " + block + "\n";
}

}  // namespace

TEST_CASE("a point sets what its axes name, and nothing else") {
  Study study(
      sweep_block("{grid: {service.load: [100/s, 200/s]}, zip: {deployments.two.threads: [4, 8], "
                  "container.limits.cpu: [1, 500m]}}"));
  REQUIRE(study.swept());
  CHECK(study.swept()->points().size() == 4);
  const Scenario last = study.at(3);
  CHECK(last.service.load.open->per_second == 200.0);
  CHECK(last.deployments.front().threads == 8);
  CHECK(last.container.limits.cpu->value == 0.5);
  const Scenario& base = study.swept()->base();
  CHECK(base.service.load.open->per_second == 300.0);
  CHECK(base.deployments.front().threads == 2);
}

TEST_CASE("columns take their unit from the parameter, also behind a shorthand and in a profile") {
  SweepOptions options;
  options.grid = {"service.load=1/s",          "container.limits.memory=1Gi",
                  "deployments.two.threads=1", "profiles.gil.kernels.json.phases.1.wait=5ms",
                  "service.slo.p99=1s",        "deployments.two.server=gunicorn_gthread"};
  Study study(options);
  REQUIRE(study.swept());
  std::vector<std::string> columns;
  for (const models::Axis& axis : study.swept()->points().axes()) columns.push_back(axis.column());
  CHECK(columns == std::vector<std::string>{"service.load_per_s", "container.limits.memory_bytes",
                                            "deployments.two.threads",
                                            "profiles.gil.kernels.json.phases.1.wait_s", "service.slo.p99_s",
                                            "deployments.two.server"});
}

TEST_CASE("the command line replaces an axis of the file and adds to its constraints") {
  SweepOptions options;
  options.grid = {"service.load=1/s,2/s,3/s"};
  options.where = {"load < 3/s"};
  Study study(
      sweep_block(
          "{zip: {service.load: [100/s]}, grid: {deployments.two.threads: 1..4}, where: [threads > 1]}"),
      options);
  REQUIRE(study.swept());
  CHECK(study.swept()->points().axes().size() == 2);
  CHECK(study.swept()->points().size() == 2 * 3);
  CHECK(study.swept()->where() == std::vector<std::string>{"threads > 1", "load < 3/s"});
}

TEST_CASE("settings come before the axes, and the seed of samples is the run's") {
  SweepOptions options;
  options.settings = {"sweep.samples=5", "run.seed=9", "deployments.two.processes=3"};
  options.grid = {"service.load=10..20/s"};
  Study study(options);
  REQUIRE(study.swept());
  CHECK(study.swept()->points().size() == 5);
  CHECK(study.at(0).deployments.front().processes == 3);
  options.settings[1] = "run.seed=10";
  Study other(options);
  REQUIRE(other.swept());
  CHECK(study.swept()->points().at(0) != other.swept()->points().at(0));
}

TEST_CASE("a point of a small design whose values do not go together is named") {
  CHECK(Study(sweep_block("{grid: {container.limits.cpu: [4, 2, 1], container.requests.cpu: [1, 2, 4]}}"))
            .problem() ==
        "s.yaml:20:16: error: point 6 is refused: container.limits.cpu=2, container.requests.cpu=4");
}

TEST_CASE("a constraint compares no words") {
  CHECK(Study(sweep_block("{grid: {replicas: [1, auto]}, where: [replicas > 0]}")).problem() ==
        "s.yaml:20:46: error: 'replicas' has the value 'auto', which is no number to compare");
}

TEST_CASE("what is wrong is blamed where it is written") {
  CHECK(Study(sweep_block("{grid: {deployments.two.threds: [1, 2]}}")).problem() ==
        "s.yaml:20:32: error: unknown key 'threds' in 'two'");
  CHECK(Study(sweep_block("{grid: {deployments.two.threads: [1, 2, 0]}}"))
            .problem()
            .starts_with("s.yaml:20:48: error: 'threads' must be"));
  CHECK(Study(sweep_block("{grid: {service.load: [1/s, {open: 2/s}]}}")).problem() ==
        "s.yaml:20:36: error: a value of an axis must be plain, not a map");
  CHECK(Study(sweep_block("{grid: {service.load: 9..1/s}}")).problem() ==
        "s.yaml:20:30: error: the range does not ascend");
  CHECK(Study(sweep_block("{grid: {service.load: '1/s,1/s'}}")).problem() ==
        "s.yaml:20:35: error: '1/s' is there twice");
  CHECK(Study(sweep_block("{grid: [service.load]}")).problem() ==
        "s.yaml:20:15: error: 'grid' must be a map from paths to their values");
  CHECK(Study(sweep_block("{grid: {service.load: [1/s]}, zip: {service.load: [1/s]}}")).problem() ==
        "s.yaml:20:44: error: 'service.load' is in 'grid' and in 'zip'");
  CHECK(Study(sweep_block("{grid: {service.load: [1/s]}, where: [load <= many]}")).problem() ==
        "s.yaml:20:54: error: 'many' is no parameter that is varied");
  CHECK(Study(sweep_block("{gird: {}}")).problem() == "s.yaml:20:9: error: unknown key 'gird' in 'sweep'");
  CHECK(Study(sweep_block("{}")).problem() == "s.yaml:20:1: error: no parameter is varied");
  CHECK(Study(SweepOptions{{}, {"service..load=1/s"}, {}, {}}).problem() ==
        "--sweep:1:9: error: the path has an empty part");
  CHECK(Study(SweepOptions{{}, {"service.load=[1/s"}, {}, {}})
            .problem()
            .starts_with("--sweep:1:14: error: '[1/s' cannot be read"));
}

// What is relative to a file stays so, and files are read once: a change in between is not seen.
TEST_CASE("files are read once") {
  const TemporaryFolder folder;
  const std::string profile = "kernels: {json: {phases: [{cpu: 4ms}]}}\n";
  const std::string kept = folder.file("a.profile.yaml", profile);
  const std::string scenario = folder.file(
      "s.yaml",
      "service: {load: 1/s}\nprofiles: {p: {file: a.profile.yaml}}\n"
      "deployments: {one: {profile: p, server: gunicorn_sync}}\nsweep: {grid: {service.load: [1/s, 2/s]}}\n");
  Diagnostics diagnostics;
  const auto swept = SweptScenario::read(scenario, {}, diagnostics);
  REQUIRE(swept);
  folder.file("a.profile.yaml", "nonsense");
  const auto there = swept->at(1, diagnostics);
  REQUIRE(there);
  CHECK(there->profiles.at("p").kernels.front().phases.front().time.mean.value.seconds == 0.004);
}
