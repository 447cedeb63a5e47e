// SPDX-License-Identifier: MIT
// The shipped validation plans are right, and ask for what makes a fair score.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "models/scenario/validation_reader.hpp"

namespace {

using namespace models;
namespace fs = std::filesystem;

const fs::path validation = fs::path(FORKCAST_SOURCE_DIR) / "tests/validation";

std::vector<ValidationPlan> read_all(const std::vector<fs::path>& files) {
  std::vector<ValidationPlan> plans;
  for (const fs::path& file : files) {
    Diagnostics diagnostics;
    std::optional<ValidationPlan> plan = read_validation_plan(file.string(), diagnostics);
    CHECK_MESSAGE(plan.has_value(), render(diagnostics, false));
    if (plan) plans.push_back(std::move(*plan));
  }
  return plans;
}

std::vector<ValidationPlan> shipped_plans() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(validation / "plans")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return read_all(files);
}

bool open_load(const PlannedCase& one) { return one.rate || one.rate_of_capacity; }

}  // namespace

TEST_CASE("the shipped plans hold at least forty configurations, a third of them with open arrivals, with enough repeats") {
  std::ptrdiff_t cases = 0;
  std::ptrdiff_t open = 0;
  for (const ValidationPlan& plan : shipped_plans()) {
    INFO(plan.file);
    CHECK(plan.repeats >= 5);
    CHECK(plan.window.seconds >= 5.0);
    cases += std::ssize(plan.cases);
    open += std::count_if(plan.cases.begin(), plan.cases.end(), open_load);
  }
  CHECK(cases >= 40);
  CHECK(open * 100 >= cases * 32);
}

TEST_CASE("no configuration of the shipped plans is one that profiles are fitted from") {
  // Probes run one process, or two of one thread, without limits (tools/profiler/probe_plan.hpp).
  for (const ValidationPlan& plan : shipped_plans()) {
    for (const PlannedCase& one : plan.cases) {
      if (open_load(one) || one.cpu || one.memory) continue;
      INFO(plan.file << ": " << one.subject << " " << one.kernel << " " << one.processes << "x" << one.threads);
      CHECK_FALSE((one.processes == 1 && (one.threads == 1 || one.threads == 4)));
      CHECK_FALSE((one.processes == 1 && one.threads == 8 && one.connections == 32));
      CHECK_FALSE((one.processes == 2 && one.threads == 1 && one.connections.value_or(8) == 8));
    }
  }
}

TEST_CASE("the plan of continuous integration is short") {
  for (const ValidationPlan& plan : read_all({validation / "ci/plan.yaml"})) {
    const auto windows = static_cast<double>(plan.repeats * std::ssize(plan.cases));
    CHECK(windows * (plan.window.seconds + plan.warm_up.seconds) <= 10.0);
  }
}
