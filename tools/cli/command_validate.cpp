// SPDX-License-Identifier: MIT
// validate: measure what a plan asks for, or take the runs that it names, and compare them with their predictions.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>

#include "models/calibration/fit.hpp"
#include "models/fields/quantity_text.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/validation_reader.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/terminal.hpp"
#include "tools/cli/validate_published.hpp"
#include "tools/host/switching.hpp"
#include "tools/measure/cgroup.hpp"
#include "tools/measure/cores.hpp"
#include "tools/measure/run_record.hpp"
#include "tools/measure/subject.hpp"
#include "tools/profiler/probe_plan.hpp"
#include "tools/validate/assess.hpp"
#include "tools/validate/predictors.hpp"

namespace cli {
namespace {

struct ValidateArguments {
  std::vector<std::string> files;         // plans, or folders of them
  std::vector<std::string> profiles;      // SUBJECT=FILE
  int repeats = 0;                        // 0: the plan's
  std::string window;                     // a time; empty: the plan's
  std::string record;
  std::string only;
  std::string format = "table";
  int jobs = 0;
  bool replay = false;
  bool published = false;
  bool probe = false;                     // measure what profiles are fitted from, too
};

// What was asked cannot be done; the message is for the user.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::vector<std::string> plans_of(const std::vector<std::string>& named) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& name : named) {
    std::error_code none;
    if (!fs::is_directory(name, none)) {
      files.push_back(name);
      continue;
    }
    std::vector<std::string> inside;
    for (const fs::directory_entry& entry : fs::directory_iterator(name, none)) {
      if (entry.path().extension() == ".yaml") inside.push_back(entry.path().string());
    }
    if (inside.empty()) throw Refusal(name + ": the folder holds no plan (*.yaml)");
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

std::map<std::string, std::string> profiles_of(const std::vector<std::string>& given) {
  std::map<std::string, std::string> profiles;
  for (const std::string& text : given) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
      throw Refusal("--profile " + text + ": expected SUBJECT=FILE");
    }
    profiles[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return profiles;
}

struct Job {
  models::ValidationPlan plan;
  validation::Predictors predictors;
};

void override(models::ValidationPlan& plan, const ValidateArguments& arguments) {
  if (arguments.repeats > 0) plan.repeats = arguments.repeats;
  if (arguments.window.empty()) return;
  const auto window = models::parse_quantity(models::Kind::duration, arguments.window);
  if (const auto* wrong = std::get_if<models::QuantityError>(&window)) {
    throw Refusal("--window " + wrong->problem + (wrong->remedy.empty() ? "" : "; " + wrong->remedy));
  }
  plan.window = models::Duration{std::get<double>(window)};
  if (plan.window.seconds <= 0.0) throw Refusal("--window must be longer than 0s");
}

// Everything is read before anything is measured. Nothing when a file is wrong, which has then been said.
std::optional<std::vector<Job>> read_jobs(const ValidateArguments& arguments) {
  const std::map<std::string, std::string> profiles = profiles_of(arguments.profiles);
  std::vector<Job> jobs;
  models::Diagnostics diagnostics;
  bool complete = true;
  std::string unserved;
  std::vector<std::string> subjects;
  for (const std::string& file : plans_of(arguments.files)) {
    std::optional<models::ValidationPlan> plan = models::read_validation_plan(file, diagnostics);
    complete = complete && plan;
    if (!plan) continue;
    override(*plan, arguments);
    for (const models::ValidationSubject& subject : plan->subjects) subjects.push_back(subject.name);
    if (arguments.probe) {
      jobs.push_back({std::move(*plan), {}});
      continue;
    }
    std::optional<validation::Predictors> predictors = validation::read_predictors(*plan, profiles, diagnostics);
    complete = complete && predictors;
    for (const models::ValidationSubject& subject : plan->subjects) {
      if (!predictors || arguments.replay || !subject.server.empty()) continue;  // recorded runs may say it
      unserved = fmt::format("{}: which server '{}' is must be said for its predictions: add 'server:', as `profile` has "
                             "recognised it, or measure with --probe", file, subject.name);
    }
    if (predictors) jobs.push_back({std::move(*plan), std::move(*predictors)});
  }
  if (!complete || diagnostics.warnings() > 0) tell(models::render(diagnostics, use_color(STDERR_FILENO)));
  if (!complete) return std::nullopt;
  if (!unserved.empty()) throw Refusal(unserved);
  for (const auto& [subject, file] : profiles) {
    if (std::find(subjects.begin(), subjects.end(), subject) == subjects.end()) {
      throw Refusal(fmt::format("--profile {}={}: no plan has a subject '{}'", subject, file, subject));
    }
  }
  return jobs;
}

// With a request for each of its kernels.
measure::Subject measured_subject(const models::ValidationSubject& subject) {
  measure::Subject measured;
  measured.name = subject.name;
  measured.command = subject.command;
  measured.preload_argument = subject.preload_argument;
  for (const models::KernelRequest& kernel : subject.kernels) {
    measured.requests.push_back({kernel.method, kernel.path, 1.0, kernel.headers, kernel.body, kernel.kernel});
  }
  const auto milliseconds = [](models::Duration time) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(time.seconds * 1e3));
  };
  measured.ready_timeout = milliseconds(subject.ready_timeout);
  measured.stop_timeout = milliseconds(subject.stop_timeout);
  return measured;
}

std::vector<validation::Probe> probes_of(const models::ValidationPlan& plan, models::Count machine_cores) {
  std::vector<validation::Probe> probes;
  for (const models::ValidationSubject& subject : plan.subjects) {
    profiler::PlanOptions options;
    options.machine_cores = machine_cores;
    options.server = subject.server;
    options.throttles = measure::Cgroup::create().missing().empty();
    options.memory = std::ranges::any_of(plan.cases, [&](const models::PlannedCase& one) {
      return one.subject == subject.name && one.preload;
    });
    for (const measure::Job& job : profiler::probe_plan(measured_subject(subject), options)) {
      probes.push_back({subject.name, fmt::format("{}{} {}", measure::probe_prefix, subject.name, job.name), job.what,
                        job.before, job.once, job.paced});
    }
  }
  return probes;
}

validation::Predictors fitted_from_probes(const models::ValidationPlan& plan,
                                          const std::vector<models::MeasuredRun>& runs,
                                          const ValidateArguments& arguments) {
  const auto is_probe = [](const models::MeasuredRun& run) { return run.id.starts_with(measure::probe_prefix); };
  validation::Predictors predictors;
  for (const models::ValidationSubject& subject : plan.subjects) {
    std::vector<models::MeasuredRun> probes;
    for (const models::MeasuredRun& run : runs) {
      if (is_probe(run) && run.what.subject == subject.name) probes.push_back(run);
    }
    if (probes.empty()) continue;
    models::FitOptions options;
    options.server = subject.server;
    options.jobs = arguments.jobs;
    const models::Fitted fitted = models::fit(probes, options);
    validation::Predictor predictor{fitted.profile, fitted.server, {}};
    for (const models::MeasuredRun& probe : probes) predictor.fitted.push_back(probe.what);
    predictors.emplace(subject.name, std::move(predictor));
  }
  return predictors;
}

std::string progress_text(const validation::CampaignProgress& progress) {
  const double minutes = progress.seconds_left / 60.0;
  return fmt::format("{}  {} of {} windows, {} left", progress.what, progress.done, progress.expected,
                     minutes < 1.5 ? fmt::format("{:.0f}s", progress.seconds_left) : fmt::format("{:.0f}min", minutes));
}

validation::CampaignResult campaign(const Job& job, const ValidateArguments& arguments, const Interrupt& interrupt) {
  if (job.plan.cases.empty()) {
    throw Refusal(job.plan.file + ": the plan has no cases to measure; --replay scores its recorded runs");
  }
  std::vector<models::MeasuredRun> recorded;
  std::error_code none;
  if (!arguments.record.empty() && std::filesystem::exists(arguments.record, none)) {
    measure::RecordedRuns before = measure::read_runs(arguments.record);
    if (before.torn) tell("forkcast: " + arguments.record + ": the last line is incomplete and is measured again");
    recorded = std::move(before.runs);
  }
  if (const std::string remark = host::stacking_remark(); !remark.empty()) tell("forkcast: warning: " + remark);
  ProgressLine progress(is_terminal(STDERR_FILENO));
  validation::CampaignSettings settings;
  settings.machine_cores = static_cast<models::Count>(measure::allowed_cores().size());
  settings.only = arguments.only;
  settings.stop_requested = [&] { return interrupt.requested(); };
  if (arguments.probe) settings.probes = probes_of(job.plan, settings.machine_cores);
  std::set<std::string> warned;
  settings.measure = [&](const validation::Asked& asked) {
    measure::MeasureOptions options;
    options.seed = asked.seed;
    options.observer.stop_requested = settings.stop_requested;
    options.observer.warn = [&](const std::string& warning) {
      if (!warned.insert(warning).second) return;
      progress.clear();
      tell("forkcast: warning: " + warning);
    };
    measure::Subject subject = measured_subject(asked.subject);
    std::erase_if(subject.requests, [&](const measure::Request& request) { return request.kernel != asked.what.kernel; });
    return measure::measure_run(subject, asked.what, asked.before, options);
  };
  if (!arguments.record.empty()) {
    settings.record = [&](const models::MeasuredRun& run) { measure::append_run(arguments.record, run); };
  }
  if (!arguments.probe) settings.expected_rate = [&, known = std::map<std::string, double>()](const models::Configuration& what) mutable {
    const auto [found, added] = known.try_emplace(validation::label(what));
    if (added) found->second = validation::predicted_rate(what, job.predictors, arguments.jobs);
    return found->second;
  };
  settings.on_progress = [&](const validation::CampaignProgress& now) { progress.show(progress_text(now)); };
  return validation::measure_all(job.plan, recorded, settings);
}

std::vector<models::MeasuredRun> replayed(const models::ValidationPlan& plan) {
  if (plan.runs.empty()) throw Refusal(plan.file + ": the plan names no 'runs' to replay");
  measure::RecordedRuns recorded = measure::read_runs(plan.runs);
  if (recorded.torn) tell("forkcast: warning: " + plan.runs + ": the last line is incomplete and left out");
  return std::move(recorded.runs);
}

int validate(const ValidateArguments& arguments) {
  if (arguments.published) return validate_published(arguments.files, arguments.only, arguments.format, arguments.jobs);
  try {
    const std::optional<std::vector<Job>> jobs = read_jobs(arguments);
    if (!jobs) return refused;
    if (!arguments.record.empty()) {
      if (const std::string problem = export_problem(arguments.record); !problem.empty()) {
        throw Refusal("--record " + problem);
      }
    }
    const Interrupt interrupt;
    std::vector<validation::Outcome> outcomes;
    bool cut_short = false;
    for (const Job& job : *jobs) {
      validation::CampaignResult measured;
      if (arguments.replay) {
        measured.runs = replayed(job.plan);
      } else {
        measured = campaign(job, arguments, interrupt);
      }
      cut_short = measured.interrupted;
      const validation::Predictors predictors =
          arguments.probe ? fitted_from_probes(job.plan, measured.runs, arguments) : job.predictors;
      if (arguments.probe) {   // probes that failed or were not reached predict nothing
        std::erase_if(measured.runs,
                      [&](const models::MeasuredRun& run) { return !predictors.contains(run.what.subject); });
      }
      if (measured.runs.empty()) {
        for (const validation::CampaignFailure& failure : measured.failures) complain(failure.what + ": " + failure.message);
        if (!cut_short) return measured.failures.empty() ? refused : measurement_failed;
        break;
      }
      validation::AssessOptions options;
      options.only = arguments.replay ? arguments.only : std::string();
      options.jobs = arguments.jobs;
      options.check_bounds = arguments.replay && arguments.only.empty();
      outcomes.push_back(validation::assess(job.plan, measured.runs, predictors, options));
      outcomes.back().failures = std::move(measured.failures);
      if (cut_short) break;
    }
    const int printed =
        outcomes.empty() ? done : print(validation::format_named(arguments.format)->write(outcomes));
    if (cut_short) {
      tell(arguments.record.empty() ? "forkcast: interrupted, this is what was measured"
                                    : "forkcast: interrupted; the same command goes on where it stopped");
      return interrupted;
    }
    const bool broken = std::any_of(outcomes.begin(), outcomes.end(),
                                    [](const validation::Outcome& outcome) { return !outcome.broken.empty(); });
    for (const validation::Outcome& outcome : outcomes) {
      for (const std::string& bound : outcome.broken) tell("forkcast: " + outcome.plan + ": accuracy below its bound: " + bound);
    }
    if (printed != done) return printed;
    const bool all_measured = std::ranges::all_of(
        outcomes, [](const validation::Outcome& outcome) { return outcome.failures.empty(); });
    if (!all_measured) return measurement_failed;
    return broken ? expectation_failed : done;
  } catch (const Refusal& refusal) {
    complain(refusal.what());
    return refused;
  }
}

class Validate : public Command {
 public:
  void declare(Options& options) override {
    options.arguments("FILE", given_.files, "Validation plans; with --replay also folders of them");
    options.repeated("--profile", given_.profiles, "SUBJECT=FILE",
                     "Profile that predicts a subject instead of the plan's; repeatable");
    options.value("--repeats", given_.repeats, 1, 1000, "N", "Windows of each case instead of the plan's number");
    options.value("--window", given_.window, "TIME", "Length of a window instead of the plan's, for example 5s");
    options.value("--record", given_.record, "FILE",
                  "Append each run to FILE as it ends; what it holds of the plan already is not measured again");
    options.flag("--replay", given_.replay,
                 "Measure nothing: score the runs that the plan names; exit 1 when accuracy is below its bounds");
    options.flag("--public", given_.published,
                 "Compare the shipped scenarios of published measurements, or those of FILE, with their figures");
    options.flag("--probe", given_.probe,
                 "Measure probes among the cases, too, and predict from profiles that are fitted from them");
    options.value("--only", given_.only, "PATTERN", "Cases whose label holds this text, or matches it with * and ?");
    options.choice("--format", given_.format, {"table", "json", "markdown", "csv"}, "NAME",
                   "table, json, markdown or csv");
    options.value("--jobs", given_.jobs, 0, 4096, "N",
                  "Threads to simulate with, 0: one a core; results do not depend on it");
  }

  int execute(const std::string&) override {
    if (given_.files.empty() && !given_.published) throw UsageError("validate needs a plan of what to measure");
    if (given_.replay && !given_.record.empty()) throw UsageError("--replay measures nothing that --record could keep");
    if (given_.published && (given_.replay || !given_.record.empty())) {
      throw UsageError("--public measures nothing and replays nothing");
    }
    return validate(given_);
  }

 private:
  ValidateArguments given_;
};

}  // namespace

const CommandInfo validate_command{"validate", "Measure real deployments and compare them with their predictions",
                                   "  forkcast validate plan.yaml --record runs.jsonl\n"
                                   "  forkcast validate plan.yaml --profile shop=shop.profile.yaml --only 'shop json *'\n"
                                   "  forkcast validate plan.yaml --replay --format json\n"
                                   "  forkcast validate --public",
                                   [] { return std::unique_ptr<Command>(new Validate); }};

}  // namespace cli
