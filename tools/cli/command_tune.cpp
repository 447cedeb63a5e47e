// SPDX-License-Identifier: MIT
// tune: the best number of processes and threads for a deployment of a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "models/pricing/sizing.hpp"
#include "models/scenario/parameters.hpp"
#include "models/scenario/reader.hpp"
#include "models/tuning/tuning.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/search_options.hpp"
#include "tools/report/reporter.hpp"
#include "tools/report/tuning.hpp"

namespace cli {
namespace {

constexpr models::Count most_counts = 4096;

models::Count count_of(std::string_view text, std::string_view option, std::string_view written) {
  models::Count count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < 1 || count > most_counts) {
    throw UsageError(fmt::format("{} {} must be a number such as 4, a range such as 1..8 or a list such as 1,2,4", option, written));
  }
  return count;
}

// "4", "1..8" (the usual numbers in it) or "1,2,4".
std::vector<models::Count> counts_of(const std::string& written, std::string_view option) {
  if (written.empty()) return {};
  if (const std::size_t dots = written.find(".."); dots != std::string::npos) {
    const models::Count low = count_of(std::string_view(written).substr(0, dots), option, written);
    const models::Count high = count_of(std::string_view(written).substr(dots + 2), option, written);
    if (low > high) throw UsageError(fmt::format("{} {}: the range is upside down", option, written));
    return models::usual_counts(low, high);
  }
  std::vector<models::Count> counts;
  std::string_view rest = written;
  for (;;) {
    const std::size_t comma = rest.find(',');
    counts.push_back(count_of(rest.substr(0, comma), option, written));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  std::ranges::sort(counts);
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  return counts;
}

class Tune : public Command {
 public:
  void declare(Options& options) override {
    options.argument("FILE", file_, "Scenario; - is stdin");
    options.value("--deployment", deployment_, "NAME", "Tune only this one; all of the scenario's are otherwise");
    options.value("--processes", processes_, "N..M", "Numbers of processes to try, or a list such as 1,2,4");
    options.value("--threads", threads_, "N..M", "Numbers of threads to try");
    std::vector<std::string_view> goals;
    for (const std::string_view name : models::words(models::Goal{})) goals.push_back(name);
    options.choice("--goal", goal_, goals, "NAME",
                   "capacity: the highest load at the SLO\nlatency: the lowest promised latency at the scenario's load\n"
                   "cost: the least money for the whole service\nabsent: cost where the scenario has a `cost` block, else capacity");
    std::vector<std::string_view> formats;
    for (const report::Format& format : report::formats()) formats.push_back(format.name);
    search_.declare(options, formats);
  }

  int execute(const std::string&) override {
    if (file_.empty()) throw UsageError("tune needs a scenario");
    const std::vector<models::Count> processes = counts_of(processes_, "--processes");
    const std::vector<models::Count> threads = counts_of(threads_, "--threads");
    models::Diagnostics diagnostics;
    const std::optional<models::Scenario> scenario = models::read_scenario(file_, search_.settings, diagnostics);
    search_.tell_findings(diagnostics, !scenario);
    if (!scenario) return refused;
    const std::optional<models::Goal> goal = goal_for(*scenario);
    if (!goal) return refused;
    std::vector<std::string_view> names;
    for (const models::Deployment& one : scenario->deployments) names.push_back(one.name);
    if (!deployment_.empty() && std::ranges::find(names, deployment_) == names.end()) {
      throw UsageError(fmt::format("there is no deployment '{}'{}", deployment_, did_you_mean(deployment_, names)));
    }
    return searched(search_, [&](const models::RunOptions& run) {
      std::vector<report::TunedDeployment> tuned;
      for (const models::Deployment& deployment : scenario->deployments) {
        if (!deployment_.empty() && deployment.name != deployment_) continue;
        models::TuneQuestion question;
        question.at = models::parameters_of(*scenario, deployment);
        question.slo = scenario->service.slo;
        question.goal = *goal;
        question.cost = scenario->cost;
        // Workers are chosen for one container: it gets its part of the load.
        if (question.goal != models::Goal::cost && scenario->replicas > 1) {
          question.at = models::part_of_service(question.at, 1, scenario->replicas);
        }
        question.processes = processes;
        question.threads = threads;
        models::choose_grid(question);
        tuned.push_back({deployment.name, deployment, models::tune(question, run)});
      }
      return report::tuning_text(tuned, search_.format);
    });
  }

 private:
  // Nothing, and a complaint, where the scenario does not allow it.
  std::optional<models::Goal> goal_for(const models::Scenario& scenario) const {
    const models::Load& load = scenario.service.load;
    if (!load.open && !load.connections) {
      complain("tune needs an open or a closed load; a batch or a trace has no capacity");
      return std::nullopt;
    }
    const bool may_cost = scenario.cost.is_given() && models::has_capacity(load, scenario.service.slo);
    if (goal_.empty()) return may_cost ? models::Goal::cost : models::Goal::capacity;
    const auto words = models::words(models::Goal{});
    const auto goal = static_cast<models::Goal>(std::ranges::find(words, goal_) - words.begin());
    if (goal == models::Goal::cost && !may_cost) {
      complain(scenario.cost.is_given() ? "--goal cost needs an `slo` under a closed load" : "--goal cost needs a `cost` block");
      return std::nullopt;
    }
    return goal;
  }

  std::string file_;
  std::string deployment_;
  std::string processes_;
  std::string threads_;
  std::string goal_;
  SearchOptions search_;
};

}  // namespace

const CommandInfo tune_command{"tune", "Find the best number of processes and threads of a deployment",
                               "  forkcast tune web.yaml\n"
                               "  forkcast tune web.yaml --deployment gil --processes 1..8 --threads 1..32 --goal latency",
                               [] { return std::unique_ptr<Command>(new Tune); }};

}  // namespace cli
