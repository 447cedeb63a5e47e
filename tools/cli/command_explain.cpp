// SPDX-License-Identifier: MIT
// explain: what a parameter of a scenario or a metric means, its unit, range and default.
#include <fmt/format.h>

#include <algorithm>

#include "models/fields/metrics.hpp"
#include "models/scenario/explain.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/output.hpp"

namespace cli {
namespace {

std::string about(const models::MetricInfo& metric) {
  return fmt::format("{}\n  {}\n  a result, in JSON and CSV as {}, unit {}\n  in a scenario: expect: [{{deployment: ..., metric: {}, ...}}]\n",
                     metric.name, metric.help, metric.field, metric.unit, metric.name);
}

class Explain : public Command {
 public:
  void declare(Options& options) override {
    options.argument("PATH", path_, "Dotted path of a parameter or name of a metric; none: the top level");
  }

  int execute(const std::string&) override {
    if (const std::optional<std::string> text = models::explain(path_)) {
      return print(text->ends_with('\n') ? *text : *text + "\n");
    }
    const auto metric = std::ranges::find(models::metric_table(), path_, &models::MetricInfo::name);
    if (metric != models::metric_table().end()) return print(about(*metric));
    const std::vector<std::string> near = models::suggestions(path_);
    complain(fmt::format("there is no parameter or metric '{}'{}", path_,
                         near.empty() ? "; `forkcast explain` lists the top level"
                                      : fmt::format("; did you mean {}?", fmt::join(near, ", "))));
    return refused;
  }

 private:
  std::string path_;
};

}  // namespace

const CommandInfo explain_command{"explain", "Say what a parameter or a metric means",
                                  "  forkcast explain\n  forkcast explain service.load\n  forkcast explain latency_p99",
                                  [] { return std::unique_ptr<Command>(new Explain); }};

}  // namespace cli
