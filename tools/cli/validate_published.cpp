// SPDX-License-Identifier: MIT
// validate --public: scenarios of published measurements. Each expectation with `near` is a published figure; the
// scenario's description names its source.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/comparison/comparison.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/terminal.hpp"
#include "tools/cli/validate_published.hpp"
#include "tools/report/expectations.hpp"
#include "tools/report/number.hpp"
#include "tools/validate/text_grid.hpp"

namespace cli {
namespace {

struct Figure {
  std::string scenario;
  std::string deployment;
  const models::MetricInfo* metric;
  double published;
  double predicted;
  double within;
  bool passed;

  double error() const { return predicted / published - 1.0; }
};

std::vector<std::string> shipped() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(FORKCAST_SCENARIOS "/validation")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("public-") && name.ends_with(".yaml")) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string stem(const std::string& file) { return std::filesystem::path(file).stem().string(); }

std::vector<Figure> figures_of(const models::Comparison& comparison) {
  std::vector<Figure> figures;
  for (const report::Checked& checked : report::check(comparison)) {
    const models::Expectation& claim = *checked.expectation;
    if (!claim.near) continue;
    const auto deployment = std::find_if(comparison.deployments.begin(), comparison.deployments.end(),
                                         [&](const auto& one) { return one.deployment.name == claim.deployment; });
    const auto metric = std::find_if(models::metric_table().begin(), models::metric_table().end(),
                                     [&](const models::MetricInfo& info) { return info.name == claim.metric; });
    figures.push_back({stem(comparison.scenario.file), claim.deployment, &*metric, *claim.near,
                       (*deployment)[metric->metric].mean, claim.within.value, checked.passed});
  }
  return figures;
}

validation::TextGrid grid_of(const std::vector<Figure>& figures) {
  validation::TextGrid grid{{"SCENARIO", "PUBLISHED", "PREDICTED", "ERROR", "WITHIN", "DEPLOYMENT", "METRIC", ""}, {}, 3};
  for (const Figure& one : figures) {
    grid.rows.push_back({one.scenario, report::format_value(one.published, one.metric->unit),
                         report::format_value(one.predicted, one.metric->unit), fmt::format("{:+.1f}%", one.error() * 100.0),
                         fmt::format("{:.4g}%", one.within * 100.0), one.deployment, std::string(one.metric->name),
                         one.passed ? "" : "FAILED"});
  }
  return grid;
}

std::string written(const std::vector<Figure>& figures, const std::vector<models::Comparison>& comparisons,
                    const std::string& format) {
  if (format == "json") {
    nlohmann::ordered_json json = {{"scenarios", nlohmann::ordered_json::array()},
                                   {"figures", nlohmann::ordered_json::array()}};
    for (const models::Comparison& one : comparisons) {
      json["scenarios"].push_back({{"scenario", stem(one.scenario.file)}, {"source", one.scenario.description}});
    }
    for (const Figure& one : figures) {
      json["figures"].push_back({{"scenario", one.scenario},
                                 {"deployment", one.deployment},
                                 {"metric", one.metric->field},
                                 {"published", one.published},
                                 {"predicted", one.predicted},
                                 {"error", one.error()},
                                 {"within", one.within},
                                 {"passed", one.passed}});
    }
    return json.dump(2) + "\n";
  }
  if (format == "csv") {
    std::string text = "scenario,deployment,metric,published,predicted,error,within,passed\n";
    for (const Figure& one : figures) {
      text += fmt::format("{},{},{},{:.9g},{:.9g},{:.9g},{:.9g},{}\n", one.scenario, one.deployment, one.metric->field,
                          one.published, one.predicted, one.error(), one.within, one.passed);
    }
    return text;
  }
  const validation::TextGrid grid = grid_of(figures);
  std::string text = (format == "markdown" ? validation::as_markdown(grid) : validation::drawn(grid)) + "\n";
  for (const models::Comparison& one : comparisons) {
    text += fmt::format("{}: {}\n", stem(one.scenario.file), one.scenario.description);
  }
  return text;
}

}  // namespace

int validate_published(const std::vector<std::string>& chosen, const std::string& only, const std::string& format,
                       int jobs) {
  models::Diagnostics diagnostics;
  std::vector<models::Scenario> scenarios;
  for (const std::string& file : chosen.empty() ? shipped() : chosen) {
    std::optional<models::Scenario> scenario = models::read_scenario(file, {}, diagnostics);
    if (scenario && (only.empty() || file.find(only) != std::string::npos)) {
      scenarios.push_back(std::move(*scenario));
    }
  }
  if (diagnostics.errors() + diagnostics.warnings() > 0) tell(models::render(diagnostics, use_color(STDERR_FILENO)));
  if (diagnostics.has_errors()) return refused;

  const Interrupt interrupt;
  std::vector<models::Comparison> comparisons;
  std::vector<Figure> figures;
  for (const models::Scenario& scenario : scenarios) {
    models::RunOptions options;
    options.jobs = jobs;
    options.stop_requested = [&] { return interrupt.requested(); };
    comparisons.push_back(models::run(scenario, options));
    if (interrupt.requested()) return interrupted;
    const std::vector<Figure> found = figures_of(comparisons.back());
    figures.insert(figures.end(), found.begin(), found.end());
  }
  const int printed = print(written(figures, comparisons, format));
  const bool failed = std::any_of(figures.begin(), figures.end(), [](const Figure& one) { return !one.passed; });
  return printed == done && failed ? static_cast<int>(expectation_failed) : printed;
}

}  // namespace cli
