// SPDX-License-Identifier: MIT
#include "tools/validate/assess.hpp"

#include <map>
#include <stdexcept>

#include "tools/validate/planned_run.hpp"

namespace validation {

Outcome assess(const models::ValidationPlan& plan, const std::vector<models::MeasuredRun>& runs,
               const Predictors& predictors, const AssessOptions& options) {
  std::vector<models::MeasuredRun> selected;
  for (const models::MeasuredRun& run : runs) {
    if (!predictors.count(run.what.subject)) {
      throw std::runtime_error("run '" + run.id + "' is of '" + run.what.subject + "', which is no subject of " + plan.file);
    }
    const bool memory_only = run.what.window.seconds <= 0.0;
    if (memory_only) continue;
    if (options.only.empty() || selects(options.only, label(run.what))) selected.push_back(run);
  }
  if (selected.empty()) throw std::runtime_error("no run to assess" + (options.only.empty() ? "" : ": --only " + options.only));
  Outcome outcome;
  outcome.plan = plan.file;
  outcome.description = plan.description;
  const std::vector<MeasuredCase> cases = grouped(selected);
  PredictionOptions how;
  how.jobs = options.jobs;
  how.recording = plan.recording;
  how.stop_requested = options.stop_requested;
  outcome.cases = score(cases, predict(cases, predictors, how), predictors, plan.scored);
  std::map<std::string, std::string> groups;
  for (const models::ValidationSubject& subject : plan.subjects) groups[subject.name] = subject.group;
  outcome.rankings = rankings(outcome.cases, groups);
  outcome.summary = summarize(outcome.cases, outcome.rankings);
  if (options.check_bounds) outcome.broken = broken_bounds(outcome.summary, plan.bounds);
  return outcome;
}

double predicted_rate(const models::Configuration& what, const Predictors& predictors, int jobs) {
  MeasuredCase one{what, {{}}};
  if (one.what.window.seconds <= 0.0) one.what.window = models::Duration{2.0};
  PredictionOptions how;
  how.replications = 2;
  how.jobs = jobs;
  return predict({one}, predictors, how).front().values[throughput];
}

}  // namespace validation
