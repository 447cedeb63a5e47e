// SPDX-License-Identifier: MIT
// explain: what a parameter of a scenario or a metric means, its unit, range and default.
#include <fmt/format.h>

#include <algorithm>

#include "models/fields/metrics.hpp"
#include "models/scenario/explain.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/output.hpp"

namespace cli {
namespace {

std::string about(const models::MetricInfo& metric) {
  return fmt::format("{}\n  {}\n  a result, in JSON and CSV as {}, unit {}\n  in a scenario: expect: [{{deployment: ..., metric: {}, ...}}]\n",
                     metric.name, metric.help, metric.field, metric.unit, metric.name);
}

}  // namespace

int explain(const ExplainArguments& arguments) {
  if (const std::optional<std::string> text = models::explain(arguments.path)) {
    return print(text->ends_with('\n') ? *text : *text + "\n");
  }
  const auto metric = std::ranges::find(models::metric_table(), arguments.path, &models::MetricInfo::name);
  if (metric != models::metric_table().end()) return print(about(*metric));
  const std::vector<std::string> near = models::suggestions(arguments.path);
  complain(fmt::format("there is no parameter or metric '{}'{}", arguments.path,
                       near.empty() ? "; `forkcast explain` lists the top level"
                                    : fmt::format("; did you mean {}?", fmt::join(near, ", "))));
  return refused;
}

}  // namespace cli
