// SPDX-License-Identifier: MIT
#include "tools/validate/prediction.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "models/calibration/prediction.hpp"
#include "sim/experiment/runner.hpp"
#include "sim/stats/median.hpp"
#include "tools/validate/window.hpp"

namespace validation {

namespace {

using models::Metric;

models::TrialParameters parameters_of(const MeasuredCase& one, const Predictor& predictor) {
  models::Surroundings around;
  around.server = predictor.server;
  around.machine_cores = predictor.profile.host.cores;
  around.shared_cores = one.runs.front().shared_cores;
  models::TrialParameters parameters = models::trial_of(one.what, predictor.profile, around);
  // A cgroup without memory.oom.group loses one process.
  parameters.container.oom = models::OomRule::process;
  const auto& costs = predictor.profile.load_generator;
  if (around.shared_cores && costs.cpu.value.seconds == 0.0 && costs.connect_cpu.value.seconds == 0.0) {
    std::vector<double> seen;
    for (const models::MeasuredRun& run : one.runs) seen.push_back(run.client_cpu_per_request.seconds);
    parameters.service.client.cpu = models::Duration{sim::median(std::move(seen))};
  }
  return parameters;
}

std::vector<double> replicate(const models::TrialParameters& parameters, const models::Configuration& what,
                              std::size_t replication, const PredictionOptions& options) {
  models::Effort effort;
  effort.stop_requested = options.stop_requested;
  const models::TrialResults results = models::simulate(parameters, models::window_of(what), replication, effort);
  if (results.interrupted) return {};
  // Memory is read once, as a window ends.
  const auto of = [&](Metric metric) { return results.observation[static_cast<std::size_t>(metric)]; };
  Values values{of(Metric::throughput),  of(Metric::latency_p50), of(Metric::latency_p99), of(Metric::cpu_per_request),
                results.charge_at_end.value, results.pss_at_end.value};
  if (options.recording == models::Recording::separate_warm_up) values = seen_after_separate_warm_up(values, what);
  std::vector<double> observation(values.begin(), values.end());
  observation.push_back(of(Metric::oom_kills));
  return observation;
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

Prediction reduced(const std::vector<std::vector<double>>& observations) {
  Prediction prediction;
  for (std::size_t metric = 0; metric <= metrics; ++metric) {
    std::vector<double> values;
    for (const std::vector<double>& observation : observations) values.push_back(observation[metric]);
    if (metric == metrics) {
      for (const double kills : values) prediction.oom_kills += kills / static_cast<double>(values.size());
      break;
    }
    prediction.values[metric] = sim::median(values);
    prediction.low[metric] = quantile(values, 0.1);
    prediction.high[metric] = quantile(values, 0.9);
  }
  return prediction;
}

}  // namespace

bool Predictor::has_seen(const MeasuredCase& one) const {
  const auto& ids = profile.provenance.fitted_from;
  const bool by_id = std::any_of(one.runs.begin(), one.runs.end(), [&](const models::MeasuredRun& run) {
    return std::find(ids.begin(), ids.end(), run.id) != ids.end();
  });
  return by_id || std::any_of(fitted.begin(), fitted.end(),
                              [&](const models::Configuration& what) { return same_case(what, one.what); });
}

std::vector<Prediction> predict(const std::vector<MeasuredCase>& cases, const Predictors& predictors,
                                const PredictionOptions& options) {
  std::vector<Prediction> predictions(cases.size());
  std::vector<models::TrialParameters> parameters;
  parameters.reserve(cases.size());
  std::vector<std::size_t> simulated;
  std::vector<sim::Trial> trials;
  std::vector<std::vector<std::string>> problems(cases.size(), std::vector<std::string>(options.replications));
  for (std::size_t i = 0; i < cases.size(); ++i) {
    parameters.push_back(parameters_of(cases[i], predictors.at(cases[i].what.subject)));
    if (parameters.back().deployment.server.empty()) {
      predictions[i].problem = "neither the plan nor the run names the server";
      continue;
    }
    sim::StoppingRule rule;
    rule.exactly = options.replications;
    simulated.push_back(i);
    trials.push_back({[&, i](std::size_t replication) {
                        try {
                          return replicate(parameters[i], cases[i].what, replication, options);
                        } catch (const std::exception& error) {
                          // What the model refuses must not cost the other cases their predictions.
                          problems[i][replication] = error.what();
                          return std::vector<double>(metrics + 1, no_values().front());
                        }
                      },
                      rule});
  }
  const std::vector<sim::TrialResult> results = sim::run(trials, {options.jobs, {}, options.stop_requested});
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].interrupted || results[i].observations.empty()) {
      predictions[simulated[i]].problem = "interrupted";
      continue;
    }
    Prediction& prediction = predictions[simulated[i]];
    prediction = reduced(results[i].observations);
    for (const std::string& problem : problems[simulated[i]]) {
      if (prediction.problem.empty()) prediction.problem = problem;
    }
  }
  return predictions;
}

}  // namespace validation
