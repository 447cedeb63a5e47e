// SPDX-License-Identifier: MIT
// sensitivity: which inputs move the answer, and which number of the profile is worth measuring better.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "models/fields/quantity_text.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"
#include "models/scenario/source.hpp"
#include "models/sensitivity/question.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exports.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/search_options.hpp"
#include "tools/profiler/fit_intervals.hpp"
#include "tools/report/reporter.hpp"
#include "tools/report/sensitivity.hpp"

namespace cli {
namespace {

class SensitivityCommand : public Command {
 public:
  void declare(Options& options) override {
    options.argument("FILE", file_, "Scenario; - is stdin");
    options.repeated("--deployment", deployments_, "NAME", "Only this one; all of the scenario's are otherwise; repeatable");
    options.repeated("--metric", metrics_, "NAME",
                     "Answer that is asked about: one of `forkcast list metrics`, capacity, or cost; repeatable\n"
                     "absent: latency_p99, throughput (of a batch makespan) and, where replicas are auto and prices\n"
                     "are given, cost");
    options.value("--step", step_, "SHARE",
                  "How far an input is moved to either side\n"
                  "numbers of things (processes, threads, connections, cores, sizes of pools) by at least one");
    options.value("--replications", replications_, "N", "Pairs for each input; the scenario's or 20");
    options.repeated("--fit", fits_, "[KEY=]FILE",
                     "Report of `forkcast profile --report`: the intervals of the profile KEY, which may be left out\n"
                     "where the scenario has one; repeatable");
    options.value("--seed", seed_, "N", "Seed of all random numbers; the scenario's or 1");
    std::vector<std::string_view> formats;
    for (const report::Format& format : report::formats()) formats.push_back(format.name);
    search_.declare(options, formats);
    options.repeated("--export", exports_, "FILE",
                     "Also write FILE, its ending says how (.txt .md .csv .json); - is stdout; repeatable");
  }

  int execute(const std::string& command_line) override {
    if (file_.empty()) throw UsageError("sensitivity needs a scenario");
    const double step = step_share();
    const std::string problem = exports_problem(exports_, report::extensions());
    if (!problem.empty()) {
      complain(problem);
      return refused;
    }
    std::vector<std::string> settings = search_.settings;
    if (!seed_.empty()) settings.push_back("run.seed=" + seed_);
    if (!replications_.empty()) settings.push_back("run.replications=" + replications_);
    models::Diagnostics diagnostics;
    std::optional<models::Scenario> scenario = models::read_scenario(file_, settings, diagnostics);
    search_.tell_findings(diagnostics, !scenario);
    if (!scenario) return refused;
    for (const std::string& name : metrics_) check_metric(name);
    keep_asked(*scenario);
    for (const models::Deployment& one : scenario->deployments) {
      if (one.workers == models::Workers::as_written) continue;
      complain(
          fmt::format("deployments.{}: sensitivity needs numbers of processes and threads; `forkcast tune` "
                      "finds the best",
                      one.name));
      return refused;
    }
    std::optional<std::vector<Fit>> fits = read_fits(*scenario);
    if (!fits) return refused;

    int exported = done;
    const auto search = [&](const models::RunOptions& run) {
      // Searches for a size count replications, which says nothing here.
      models::RunOptions sizing = run;
      sizing.on_progress = nullptr;
      std::vector<report::StudiedDeployment> studied;
      for (models::Setting& setting : models::settings_of(*scenario, sizing)) {
        models::SensitivityQuestion question = models::question_of(*scenario, std::move(setting), run);
        question.step = step;
        for (Fit& fit : *fits) {
          if (fit.profile == question.setting.at.deployment.profile) state_intervals(fit, question.inputs);
        }
        question.answers = answers_of(question);
        std::vector<models::Sensitivity> found = models::find_sensitivity(question, run);
        studied.push_back({std::move(question), std::move(found)});
      }
      const report::StudyOrigin origin{FORKCAST_VERSION, command_line, scenario->file, report::scenario_hash(*scenario)};
      exported = write_exports(studied, origin);
      return report::sensitivity_text(studied, origin, search_.format);
    };
    const int printed = searched(search_, search, "inputs");
    if (printed == done && !search_.quiet) tell_unused(*fits);
    return printed == done ? exported : printed;
  }

 private:
  struct Fit {
    std::string file;
    std::string profile;  // key in the scenario
    std::vector<profiler::FitInterval> intervals;
    bool stated = false;  // any of them was
  };

  double step_share() const {
    const auto parsed = models::parse_quantity(models::Kind::fraction, step_);
    const double* share = std::get_if<double>(&parsed);
    if (share == nullptr || *share < 0.001 || *share > 0.5) {
      throw UsageError(fmt::format("--step {}: must be a share from 0.1% to 50%, for example 5%", step_));
    }
    return *share;
  }

  static void check_metric(const std::string& name) {
    std::vector<std::string_view> known{"capacity", "cost"};
    for (const models::MetricInfo& metric : models::metric_table()) known.push_back(metric.name);
    if (std::ranges::find(known, name) != known.end()) return;
    throw UsageError(fmt::format("--metric {}: there is no such answer{}", name, did_you_mean(name, known)));
  }

  void keep_asked(models::Scenario& scenario) const {
    std::vector<std::string_view> names;
    for (const models::Deployment& one : scenario.deployments) names.push_back(one.name);
    for (const std::string& name : deployments_) {
      if (std::ranges::find(names, name) != names.end()) continue;
      throw UsageError(fmt::format("there is no deployment '{}'{}", name, did_you_mean(name, names)));
    }
    if (deployments_.empty()) return;
    std::erase_if(scenario.deployments, [&](const models::Deployment& one) {
      return std::ranges::find(deployments_, one.name) == deployments_.end();
    });
  }

  std::optional<std::vector<Fit>> read_fits(const models::Scenario& scenario) const {
    std::vector<std::string_view> keys;
    for (const auto& [key, unused] : scenario.profiles) keys.push_back(key);
    std::vector<Fit> fits;
    for (const std::string& written : fits_) {
      const std::size_t equals = written.find('=');
      if (equals == std::string::npos && keys.size() > 1) {
        throw UsageError(
            fmt::format("--fit {}: the scenario has several profiles; write KEY={} with one of {}", written,
                        written, fmt::join(keys, ", ")));
      }
      const std::string key =
          equals == std::string::npos ? std::string(keys.front()) : written.substr(0, equals);
      const std::string file = equals == std::string::npos ? written : written.substr(equals + 1);
      if (std::ranges::find(keys, key) == keys.end()) {
        throw UsageError(
            fmt::format("--fit {}: there is no profile '{}'{}", written, key, did_you_mean(key, keys)));
      }
      const models::FileText text = models::read_file(file, models::largest_file);
      profiler::FitIntervals read = text.problem.empty() ? profiler::fit_intervals(text.text)
                                                         : profiler::FitIntervals{{}, text.problem};
      if (!read.problem.empty()) {
        complain(fmt::format("--fit {}: {}", file, read.problem));
        return std::nullopt;
      }
      fits.push_back({file, key, std::move(read.intervals)});
    }
    return fits;
  }

  // A number that the scenario replaced is no longer the one that was measured: its interval would not hold it.
  static void state_intervals(Fit& fit, std::vector<models::Input>& inputs) {
    for (models::Input& input : inputs) {
      const auto found = std::ranges::find(fit.intervals, input.path, &profiler::FitInterval::path);
      if (found == fit.intervals.end() || input.given || input.has_interval()) continue;
      constexpr double rounding = 1e-3;  // profiles are written with four digits
      if (input.value < found->low * (1.0 - rounding) || input.value > found->high * (1.0 + rounding))
        continue;
      input.low = std::max(found->low, input.least);
      input.high = std::min(found->high, input.most);
      fit.stated = true;
    }
  }

  std::vector<models::Answer> answers_of(const models::SensitivityQuestion& question) const {
    if (metrics_.empty()) return models::usual_answers(question);
    std::vector<models::Answer> answers;
    for (const std::string& name : metrics_) {
      const auto table = models::metric_table();
      const auto metric = std::ranges::find(table, name, &models::MetricInfo::name);
      std::optional<models::Answer> answer;
      if (metric != table.end()) answer = models::Answer::of(metric->metric);
      if (name == "capacity") answer = models::capacity_answer(question);
      if (name == "cost") answer = models::cost_answer(question);
      if (!answer) {
        throw UsageError(
            name == "cost"
                ? "--metric cost needs a `cost` block, `replicas: auto`, an open load and a service.slo"
                : "--metric capacity needs a service.slo and an open or a closed load");
      }
      answers.push_back(*answer);
    }
    return answers;
  }

  static void tell_unused(const std::vector<Fit>& fits) {
    for (const Fit& fit : fits) {
      if (fit.stated) continue;
      tell(fmt::format("forkcast: --fit {}: none of its intervals is of a number that these deployments take from profile "
                       "{} as it was measured",
                       fit.file, fit.profile));
    }
  }

  int write_exports(const std::vector<report::StudiedDeployment>& studied, const report::StudyOrigin& origin) const {
    int code = done;
    for (const std::string& file : exports_) {
      if (file == to_stdout) continue;
      const std::string problem =
          write_whole(file, report::sensitivity_text(studied, origin, report::format_of_file(file)->name));
      if (problem.empty()) continue;
      complain("--export " + problem);
      code = refused;
    }
    return code;
  }

  std::string file_;
  std::vector<std::string> deployments_;
  std::vector<std::string> metrics_;
  std::string step_ = "5%";
  std::string replications_;
  std::vector<std::string> fits_;
  std::string seed_;
  SearchOptions search_;
  std::vector<std::string> exports_;
};

}  // namespace

const CommandInfo sensitivity_command{
    "sensitivity", "Find which inputs move the answer, and which of them is worth measuring better",
    "  forkcast sensitivity web.yaml --deployment gil-2x10\n"
    "  forkcast sensitivity web.yaml --metric latency_p99 --metric capacity --fit shop.fit.json --export shop.csv",
    [] { return std::unique_ptr<Command>(new SensitivityCommand); }};

}  // namespace cli
