// SPDX-License-Identifier: MIT
// run: read every scenario, refuse what is wrong before anything is simulated, simulate, report.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "models/comparison/comparison.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/terminal.hpp"
#include "tools/report/expectations.hpp"
#include "tools/report/number.hpp"
#include "tools/report/reporter.hpp"

namespace cli {
namespace {

constexpr std::string_view to_stdout = "-";

// Empty when every export names a known format and a file that can be written.
std::string exports_problem(const std::vector<std::string>& exports) {
  for (std::size_t i = 0; i < exports.size(); ++i) {
    const std::string& file = exports[i];
    if (std::find(exports.begin(), exports.begin() + static_cast<std::ptrdiff_t>(i), file) !=
        exports.begin() + static_cast<std::ptrdiff_t>(i)) {
      return fmt::format("--export {} is given twice", file);
    }
    if (file == to_stdout) continue;
    if (report::format_of_file(file) == nullptr) {
      std::vector<std::string_view> extensions;
      for (const report::Format& format : report::formats()) extensions.push_back(format.extension);
      return fmt::format("--export {}: the file's ending must be one of {}", file, fmt::join(extensions, " "));
    }
    const std::string problem = export_problem(file);
    if (!problem.empty()) return "--export " + problem;
  }
  return {};
}

std::optional<std::vector<models::Scenario>> read_all(const RunArguments& arguments) {
  std::vector<models::Scenario> scenarios;
  models::Diagnostics diagnostics;
  bool complete = true;
  for (const std::string& file : arguments.files) {
    std::optional<models::Scenario> scenario = models::read_scenario(file, arguments.settings, diagnostics);
    complete = complete && scenario;
    if (scenario) scenarios.push_back(std::move(*scenario));
  }
  // Rendered text ends with its own count of problems.
  if (!complete || (!arguments.quiet && diagnostics.warnings() > 0)) {
    tell(models::render(diagnostics, use_color(STDERR_FILENO)));
  }
  if (!complete) return std::nullopt;
  return scenarios;
}

std::string first_line(const models::Scenario& scenario) {
  const models::RunSettings& run = scenario.run;
  const std::string replications =
      run.replications ? fmt::format("{} replications", *run.replications)
                       : fmt::format("replications until {} precision, at most {}",
                                     report::format_setting(run.precision.value, "1"), run.max_replications);
  return fmt::format("forkcast {}, seed {}, {} ({}), {}", FORKCAST_VERSION, run.seed, scenario.file,
                     report::scenario_hash(scenario), replications);
}

// The number of expectations that do not hold.
std::size_t check(const std::vector<models::Comparison>& comparisons, bool quiet) {
  std::size_t failed = 0;
  std::size_t all = 0;
  for (const models::Comparison& comparison : comparisons) {
    for (const report::Checked& checked : report::check(comparison)) {
      ++all;
      if (!checked.passed) ++failed;
      if (checked.passed && quiet) continue;
      const std::string place =
          checked.passed ? "" : fmt::format("  ({}:{})", comparison.scenario.file, checked.expectation->line);
      tell(report::line(checked) + place);
    }
  }
  if (all == 0 && !quiet) tell("forkcast: --check: no scenario has an expect block");
  return failed;
}

}  // namespace

int run(const RunArguments& arguments) {
  const report::Format* format = report::format_named(arguments.format);
  const std::string problem = exports_problem(arguments.exports);
  if (!problem.empty()) {
    complain(problem);
    return refused;
  }
  const std::optional<std::vector<models::Scenario>> scenarios = read_all(arguments);
  if (!scenarios) return refused;

  const Interrupt interrupt;
  std::vector<models::Comparison> comparisons;
  for (const models::Scenario& scenario : *scenarios) {
    if (!arguments.quiet) tell(first_line(scenario));
    ProgressLine progress(!arguments.quiet && is_terminal(STDERR_FILENO));
    models::RunOptions options;
    options.jobs = arguments.jobs;
    options.on_progress = [&](const models::Progress& now) { progress.show(now); };
    options.stop_requested = [&] { return interrupt.requested(); };
    comparisons.push_back(models::run(scenario, options));
    if (comparisons.back().interrupted || interrupt.requested()) break;
  }
  const bool cut_short = comparisons.back().interrupted || comparisons.size() < scenarios->size();

  const report::Context context{FORKCAST_VERSION, arguments.command_line, arguments.wide};
  int code = done;
  // Files first: a broken pipe on stdout must not cost them.
  for (const std::string& file : arguments.exports) {
    if (file == to_stdout) continue;
    const std::string failure =
        write_whole(file, report::format_of_file(file)->make()->serialize(comparisons, context));
    if (failure.empty()) continue;
    complain("--export " + failure);
    code = refused;
  }
  const int printed = print(format->make()->serialize(comparisons, context));
  if (printed != done) code = printed;
  if (cut_short) {
    tell("forkcast: interrupted, this is what was finished");
    return interrupted;
  }
  if (arguments.check && check(comparisons, arguments.quiet) > 0 && code == done) return expectation_failed;
  return code;
}

}  // namespace cli
