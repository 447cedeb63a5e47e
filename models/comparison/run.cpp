// SPDX-License-Identifier: MIT
// From a scenario to its comparison: every deployment becomes one trial, or two where its profile has ranges; pilots
// choose the windows; replications run until they are precise; results are reduced deployment by deployment.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "models/cluster/trial.hpp"
#include "models/comparison/comparison.hpp"
#include "models/comparison/days.hpp"
#include "models/comparison/judge.hpp"
#include "models/scenario/parameters.hpp"
#include "models/comparison/setting.hpp"
#include "models/profile/range_end.hpp"
#include "models/runtime/registry.hpp"
#include "models/tuning/tuning.hpp"
#include "sim/experiment/runner.hpp"

namespace models {
namespace {

struct Alternative {
  std::size_t deployment;
  TrialParameters parameters;
  Window window;
};

TrialParameters at_end(const TrialParameters& parameters, RangeEnd end) {
  TrialParameters result = parameters;
  result.profile = pinned(parameters.profile, end);
  return result;
}

std::vector<Alternative> alternatives_of(const std::vector<Setting>& settings) {
  std::vector<Alternative> alternatives;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const TrialParameters& at = settings[i].at;
    alternatives.push_back({i, at_end(at, RangeEnd::optimistic), {}});
    if (has_ranges(at.profile)) alternatives.push_back({i, at_end(at, RangeEnd::pessimistic), {}});
  }
  return alternatives;
}

// Finds each alternative's window, on all cores. False when interrupted.
bool choose_windows(const Scenario& scenario, std::vector<Alternative>& alternatives, const RunOptions& options) {
  if (scenario.run.duration && scenario.run.warm_up) {
    for (Alternative& alternative : alternatives) alternative.window = {*scenario.run.warm_up, *scenario.run.duration};
    return true;
  }
  std::vector<sim::Trial> pilots;
  for (const Alternative& alternative : alternatives) {
    sim::StoppingRule once;
    once.exactly = 1;
    pilots.push_back({[&alternative](std::size_t) {
                        const Window window = choose_window(alternative.parameters, {});
                        return std::vector<double>{window.warm_up.seconds, window.length.seconds};
                      },
                      once});
  }
  const std::vector<sim::TrialResult> windows = sim::run(pilots, {options.jobs, {}, options.stop_requested});
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    if (windows[i].observations.empty()) return false;
    const std::vector<double>& window = windows[i].observations.front();
    alternatives[i].window = {scenario.run.warm_up.value_or(Duration{window[0]}),
                              scenario.run.duration.value_or(Duration{window[1]})};
  }
  return true;
}

sim::StoppingRule stopping_rule(const Scenario& scenario) {
  sim::StoppingRule rule;
  rule.precision = scenario.run.precision.value;
  rule.minimum = 8;
  rule.batch = 4;
  rule.maximum = std::max(static_cast<std::size_t>(scenario.run.max_replications), std::size_t{2});
  rule.minimum = std::min(rule.minimum, rule.maximum);
  rule.metrics = {static_cast<std::size_t>(Metric::throughput), static_cast<std::size_t>(Metric::latency_mean)};
  if (scenario.service.slo.p99) rule.metrics.push_back(static_cast<std::size_t>(Metric::latency_p99));
  if (scenario.run.replications) rule.exactly = static_cast<std::size_t>(*scenario.run.replications);
  return rule;
}

// Behind the metrics an observation carries what the simulation did to get them.
constexpr std::size_t events_at = metric_count;
constexpr std::size_t requests_at = metric_count + 1;

std::vector<double> replicate(const Alternative& alternative, std::size_t replication, const Effort& effort) {
  const TrialResults results = simulate(alternative.parameters, alternative.window, replication, effort);
  if (results.interrupted) return {};
  std::vector<double> values(results.observation.begin(), results.observation.end());
  values.push_back(static_cast<double>(results.events));
  values.push_back(static_cast<double>(results.requests));
  return values;
}

AlternativeResult collect(const Alternative& alternative, const sim::TrialResult& trial) {
  AlternativeResult result;
  result.precise = trial.precise;
  for (const std::vector<double>& values : trial.observations) {
    Observation& observation = result.observations.emplace_back();
    std::copy_n(values.begin(), metric_count, observation.begin());
    result.events += static_cast<std::uint64_t>(values[events_at]);
    result.requests += static_cast<std::uint64_t>(values[requests_at]);
  }
  result.window = alternative.window;
  return result;
}

bool claims_capacity(const Scenario& scenario) {
  return std::ranges::any_of(scenario.expect, [](const Expectation& one) { return find_capacity_metric(one.metric) != nullptr; });
}

// False when interrupted.
bool find_capacities(const Scenario& scenario, std::vector<DeploymentResult>& results, const RunOptions& options) {
  if (!has_capacity(scenario.service.load, scenario.service.slo)) return true;
  try {
    for (DeploymentResult& result : results) {
      if (result.capacity) continue;
      CapacityQuestion question;
      question.at = parameters_of(scenario, result.deployment);
      question.slo = scenario.service.slo;
      result.capacity = find_capacity(question, options);
    }
  } catch (const Interrupted&) {
    return false;
  }
  return true;
}

// Gives deployments with `workers: best` theirs, and says which in `chosen`. False when interrupted.
bool choose_workers(Scenario& scenario, std::vector<std::string>& chosen, const RunOptions& options) {
  try {
    for (Deployment& deployment : scenario.deployments) {
      std::string& words = chosen.emplace_back();
      if (deployment.workers != Workers::best) continue;
      TuneQuestion question;
      question.at = parameters_of(scenario, deployment);
      question.slo = scenario.service.slo;
      if (scenario.cost.is_given()) {
        question.goal = Goal::cost;
        question.cost = scenario.cost;
      }
      choose_grid(question);
      const Tuning tuning = tune(question, options);
      if (!tuning.best) {
        words = fmt::format("no number of workers keeps the SLO ({}): one process of one thread", tuning.reason);
        continue;
      }
      const Candidate& best = tuning.candidates[*tuning.best];
      deployment.processes = best.processes;
      deployment.threads = best.threads;
      words = fmt::format("best of {} combinations: {} processes x {} threads", tuning.candidates.size(), best.processes,
                          best.threads);
    }
  } catch (const Interrupted&) {
    return false;
  }
  return true;
}

}  // namespace

Comparison run(const Scenario& given, const RunOptions& options) {
  Comparison comparison;
  comparison.scenario = given;
  comparison.seed = given.run.seed;
  std::vector<std::string> chosen;
  if (!choose_workers(comparison.scenario, chosen, options)) {
    comparison.interrupted = true;
    return comparison;
  }
  const Scenario& scenario = comparison.scenario;
  std::vector<Setting> settings;
  try {
    settings = settings_of(scenario, options);
  } catch (const Interrupted&) {
    comparison.interrupted = true;
    return comparison;
  }
  std::vector<Alternative> alternatives = alternatives_of(settings);
  if (!choose_windows(scenario, alternatives, options)) {
    comparison.interrupted = true;
    return comparison;
  }

  Effort effort;
  effort.stop_requested = options.stop_requested;
  std::vector<sim::Trial> trials;
  trials.reserve(alternatives.size());
  for (const Alternative& alternative : alternatives) {
    trials.push_back(
        {[&](std::size_t replication) { return replicate(alternative, replication, effort); }, stopping_rule(scenario)});
  }
  std::vector<Progress> progress(trials.size());
  sim::RunOptions run_options{options.jobs, {}, options.stop_requested};
  if (options.on_progress) {
    run_options.on_replication = [&](std::size_t trial, std::size_t done, std::size_t expected) {
      progress[trial] = {done, expected, {}};
      Progress sum{0, 0, scenario.deployments[alternatives[trial].deployment].name};
      for (const Progress& one : progress) {
        sum.done += one.done;
        sum.expected += std::max(one.expected, std::size_t{8});
      }
      options.on_progress(sum);
    };
  }
  const std::vector<sim::TrialResult> results = sim::run(trials, run_options);

  std::vector<std::vector<AlternativeResult>> ends(scenario.deployments.size());
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    comparison.interrupted = comparison.interrupted || results[i].interrupted;
    ends[alternatives[i].deployment].push_back(collect(alternatives[i], results[i]));
  }
  std::vector<std::vector<AlternativeResult>> finished;
  std::vector<TrialParameters> services;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const bool usable = std::all_of(ends[i].begin(), ends[i].end(),
                                    [](const AlternativeResult& end) { return end.observations.size() >= 2; });
    if (!usable) continue;
    for (AlternativeResult& end : ends[i]) of_whole_service(end.observations, settings[i]);
    comparison.deployments.push_back(judge(scenario_of(scenario, settings[i]), scenario.deployments[i], ends[i]));
    comparison.deployments.back().tuned = chosen[i];
    services.push_back(settings[i].found ? settings[i].found->service : settings[i].at);
    add_what_was_found(comparison.deployments.back(), std::move(settings[i]));
    finished.push_back(ends[i]);
  }
  comparison.verdicts = paired_verdicts(finished);
  const bool wants_capacity = options.capacity || claims_capacity(scenario);
  if (wants_capacity && !comparison.interrupted) {
    comparison.interrupted = !find_capacities(scenario, comparison.deployments, options);
  }
  if (!comparison.interrupted)
    comparison.interrupted = !find_days(scenario, services, comparison.deployments, options);
  return comparison;
}

}  // namespace models
