// SPDX-License-Identifier: MIT
// run: read every scenario, refuse what is wrong before anything is simulated, simulate, report.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "models/comparison/comparison.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exports.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/terminal.hpp"
#include "tools/report/expectations.hpp"
#include "tools/report/number.hpp"
#include "tools/report/reporter.hpp"

namespace cli {
namespace {

std::optional<std::vector<models::Scenario>> read_all(const std::vector<std::string>& files,
                                                      const std::vector<std::string>& settings, bool quiet) {
  std::vector<models::Scenario> scenarios;
  models::Diagnostics diagnostics;
  bool complete = true;
  for (const std::string& file : files) {
    std::optional<models::Scenario> scenario = models::read_scenario(file, settings, diagnostics);
    complete = complete && scenario;
    if (scenario) scenarios.push_back(std::move(*scenario));
  }
  // Rendered text ends with its own count of problems.
  if (!complete || (!quiet && diagnostics.warnings() > 0)) {
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

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const report::Format& format : report::formats()) names.push_back(format.name);
  return names;
}

std::string format_help() {
  std::string text = "How the results on stdout look";
  for (const report::Format& format : report::formats()) text += fmt::format("\n{}: {}", format.name, format.help);
  return text;
}

report::View view_of(std::string_view name) {
  const auto names = words(report::View{});
  return static_cast<report::View>(std::ranges::find(names, name) - names.begin());
}

class Run : public Command {
 public:
  void declare(Options& options) override {
    options.arguments("FILE", files_, "Scenarios; - is stdin");
    options.repeated("--set", settings_, "PATH=VALUE", "Replace a parameter, for example service.load=300/s; repeatable");
    options.value("--seed", seed_, "N", "Seed of all random numbers; the scenario's or 1");
    options.value("--precision", precision_, "SHARE", "Replicate until intervals are this narrow, for example 1%");
    options.value("--replications", replications_, "N", "Exactly so many replications instead of by precision");
    options.value("--jobs", jobs_, 0, 4096, "N", "Threads to simulate with, 0: one a core; results do not depend on it");
    options.choice("--format", format_, format_names(), "NAME", format_help());
    options.repeated("--export", exports_, "FILE",
                     "Also write FILE, its ending says how (.txt .md .csv .json); - is stdout; repeatable");
    options.flag("--capacity", capacity_, "Find the highest load at which each deployment keeps the SLO, and what binds there");
    options.choice("--view", view_, {"scenario", "compare", "density", "cost", "day"}, "NAME",
                   "What the table shows; scenario: costs where the scenario has prices");
    options.flag("--check", check_, "Judge the scenario's expect block; exit 1 when a claim fails");
    options.flag("--quiet", quiet_, "On stderr only errors and failed expectations");
    options.flag("--wide", wide_, "Every metric in the table");
  }

  int execute(const std::string& command_line) override {
    if (files_.empty()) throw UsageError("run needs a scenario; `forkcast init` writes one to start from");
    // A flag is one more --set, the last word of the user.
    std::vector<std::string> settings = settings_;
    for (const auto& [path, value] : {std::pair{"run.seed", &seed_}, std::pair{"run.precision", &precision_},
                                      std::pair{"run.replications", &replications_}}) {
      if (!value->empty()) settings.push_back(fmt::format("{}={}", path, *value));
    }
    const report::Format* format = report::format_named(format_);
    const std::string problem = exports_problem(exports_, report::extensions());
    if (!problem.empty()) {
      complain(problem);
      return refused;
    }
    const std::optional<std::vector<models::Scenario>> scenarios = read_all(files_, settings, quiet_);
    if (!scenarios) return refused;

    const Interrupt interrupt;
    std::vector<models::Comparison> comparisons;
    for (const models::Scenario& scenario : *scenarios) {
      if (!quiet_) tell(first_line(scenario));
      ProgressLine progress(!quiet_ && is_terminal(STDERR_FILENO));
      models::RunOptions options;
      options.jobs = jobs_;
      options.capacity = capacity_;
      options.on_progress = [&](const models::Progress& now) { progress.show(Step{now.deployment, now.done, now.expected}); };
      options.stop_requested = [&] { return interrupt.requested(); };
      comparisons.push_back(models::run(scenario, options));
      if (comparisons.back().interrupted || interrupt.requested()) break;
    }
    const bool cut_short = comparisons.back().interrupted || comparisons.size() < scenarios->size();

    const report::Context context{FORKCAST_VERSION, command_line, wide_, view_of(view_)};
    int code = done;
    // Files first: a broken pipe on stdout must not cost them.
    for (const std::string& file : exports_) {
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
    if (check_ && check(comparisons, quiet_) > 0 && code == done) return expectation_failed;
    return code;
  }

 private:
  std::vector<std::string> files_;
  std::vector<std::string> settings_;
  std::string seed_;
  std::string precision_;
  std::string replications_;
  int jobs_ = 0;
  std::string format_ = "table";
  std::vector<std::string> exports_;
  bool capacity_ = false;
  bool check_ = false;
  bool quiet_ = false;
  bool wide_ = false;
  std::string view_ = "scenario";
};

}  // namespace

const CommandInfo run_command{"run", "Simulate every deployment of a scenario and compare them",
                              "  forkcast run web.yaml\n"
                              "  forkcast run web.yaml --set service.load=500/s --format csv > web.csv\n"
                              "  forkcast run web.yaml --capacity\n"
                              "  forkcast run shop.yaml --view density\n"
                              "  forkcast run web.yaml --check --quiet --export web.json --export web.md\n"
                              "  forkcast init --template web - | forkcast run -",
                              [] { return std::unique_ptr<Command>(new Run); }};

}  // namespace cli
