// SPDX-License-Identifier: MIT
#include "tools/sweep/run.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/cluster/trial.hpp"
#include "models/comparison/comparison.hpp"
#include "models/scenario/diagnostics.hpp"
#include "sim/experiment/parallel_for.hpp"
#include "sim/experiment/runner.hpp"
#include "tools/report/record.hpp"

namespace sweep {
namespace {

using nlohmann::ordered_json;

struct ToJson {
  ordered_json operator()(std::monostate) const { return nullptr; }
  ordered_json operator()(double number) const {
    return std::isfinite(number) ? ordered_json(number) : ordered_json();
  }
  ordered_json operator()(const models::Measured<double>& number) const { return number.value; }
  ordered_json operator()(const models::Money& amount) const { return models::exact_decimal(amount); }
  template <class T>
  ordered_json operator()(const T& value) const {
    return value;
  }
};

ordered_json rows_of(const models::SweptScenario& scenario, const std::vector<std::string>& values,
                     const models::Comparison& comparison, const std::vector<std::string>& currencies) {
  ordered_json parameters = ordered_json::array();
  for (std::size_t i = 0; i < values.size(); ++i) {
    parameters.push_back(std::visit(ToJson{}, scenario.points().axes()[i].value(values[i])));
  }
  ordered_json rows = ordered_json::array();
  for (const models::DeploymentResult& result : comparison.deployments) {
    ordered_json cells = parameters;
    for (const report::Cell& cell : report::record_of(result, currencies))
      cells.push_back(std::visit(ToJson{}, cell));
    rows.push_back(std::move(cells));
  }
  return rows;
}

// "threads=4, processes=2: 'cpu' exceeds the limit".
std::string named(const models::SweptScenario& scenario, const std::vector<std::string>& values,
                  std::string_view problem) {
  return fmt::format("{}: {}", scenario.named(values), problem);
}

std::string text_of(const models::Diagnostics& diagnostics) {
  std::string text;
  for (const models::Diagnostic& one : diagnostics.sorted()) {
    if (one.severity == models::Severity::error) text += (text.empty() ? "" : "; ") + one.summary;
  }
  return text;
}

}  // namespace

void run(const models::SweptScenario& scenario, Journal& journal, const RunOptions& options) {
  models::RunOptions run_options;
  run_options.jobs = sim::threads_of_the_loop;
  run_options.stop_requested = options.stop_requested;
  run_options.capacity = journal.header().capacity;
  const auto stop = [] { return false; };
  const auto next = [&] {
    if (options.on_point) options.on_point();
    return true;
  };
  sim::parallel_for(journal.size(), options.jobs, [&](std::size_t position) -> sim::Finish {
    if (journal.has(position)) return [] { return true; };
    if (options.stop_requested && options.stop_requested()) return stop;
    const std::vector<std::string> values = scenario.points().at(journal.header().shard.point(position));
    const auto refuse = [&](std::string_view problem) -> sim::Finish {
      return [&, position, text = named(scenario, values, problem)] {
        journal.refuse(position, text);
        return next();
      };
    };
    models::Diagnostics diagnostics;
    const std::optional<models::Scenario> there = scenario.with(values, diagnostics);
    if (!there) return refuse(text_of(diagnostics));
    try {
      const models::Comparison comparison = models::run(*there, run_options);
      if (comparison.interrupted) return stop;
      return [&, position, rows = rows_of(scenario, values, comparison, journal.header().currencies)] {
        journal.append(position, rows);
        return next();
      };
    } catch (const models::TooManyEvents& error) {
      return refuse(error.what());
    }
  });
}

}  // namespace sweep
