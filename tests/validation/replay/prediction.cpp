// SPDX-License-Identifier: MIT
#include "tests/validation/replay/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"
#include "tests/validation/replay/window.hpp"

namespace validation {

using models::Metric;

std::map<std::string, Subject> read_subjects(const std::string& root) {
  std::ifstream costs_file(root + "/tests/validation/replay/load_program.json");
  const auto costs = nlohmann::json::parse(costs_file);
  std::map<std::string, Subject> subjects;
  for (const auto& [python, loads] : costs.items()) {
    models::Diagnostics diagnostics;
    const std::string file = root + "/scenarios/profiles/gunicorn-" + python + ".profile.yaml";
    auto profile = models::read_profile(file, diagnostics);
    if (!profile) throw std::runtime_error(models::render(diagnostics, false));
    Subject subject{*std::move(profile), {}};
    for (const auto& [load, cost] : loads.items()) {
      subject.client[load] = {.cpu = models::Duration{cost.at("cpu_us").get<double>() * 1e-6},
                                .connect_cpu = models::Duration{cost.at("connect_cpu_us").get<double>() * 1e-6}};
    }
    subjects.emplace(python, std::move(subject));
  }
  return subjects;
}

models::Scenario scenario_of(const Case& what, const Subject& subject, models::Count replications) {
  models::Scenario scenario;
  scenario.file = what.label();
  if (what.rate) {
    scenario.service.load.open = models::Rate{*what.rate};
  } else {
    scenario.service.load.connections = what.connections;
  }
  scenario.service.keep_alive = what.keep_alive;
  scenario.service.kernel = what.kernel;
  scenario.service.client = subject.client.at(what.rate ? "open" : what.kernel);
  if (what.quota) scenario.container.limits.cpu = models::Cores{*what.quota};
  scenario.node.cores = 2;
  scenario.profiles.emplace("recorded", subject.profile);
  models::Deployment deployment;
  deployment.name = what.label();
  deployment.profile = "recorded";
  deployment.server = "gunicorn_" + what.server;
  deployment.processes = what.processes;
  deployment.threads = what.threads;
  scenario.deployments.push_back(deployment);
  scenario.run.replications = replications;
  scenario.run.duration = models::Duration{what.window};
  scenario.run.warm_up = models::Duration{1.0};
  return scenario;
}

namespace {

double of(const models::Observation& observation, Metric metric) { return observation[static_cast<std::size_t>(metric)]; }

Values values_of(const models::Observation& observation) {
  return {of(observation, Metric::throughput),      of(observation, Metric::latency_p50),
          of(observation, Metric::latency_p99),     of(observation, Metric::cpu_per_request),
          of(observation, Metric::memory_mean),     of(observation, Metric::memory_pss)};
}

Values mean_of(const std::vector<models::Observation>& observations, const Case& what) {
  Values sum;
  for (const models::Observation& observation : observations) {
    const Values seen = seen_through_window(values_of(observation), what);
    sum.throughput += seen.throughput;
    sum.p50 += seen.p50;
    sum.p99 += seen.p99;
    sum.cpu_per_request += seen.cpu_per_request;
    sum.charge += seen.charge;
    sum.pss += seen.pss;
  }
  const double count = static_cast<double>(observations.size());
  return {sum.throughput / count, sum.p50 / count,    sum.p99 / count,
          sum.cpu_per_request / count, sum.charge / count, sum.pss / count};
}

// Each replication belongs to the mode whose throughput is nearest.
std::vector<PredictedMode> modes_of(const models::DeploymentResult& result, const Case& what) {
  std::vector<std::vector<models::Observation>> members(result.modes.size());
  for (const models::Observation& observation : result.replications) {
    const double throughput = of(observation, Metric::throughput);
    const auto nearest = std::min_element(result.modes.begin(), result.modes.end(), [&](const auto& a, const auto& b) {
      return std::abs(a.throughput - throughput) < std::abs(b.throughput - throughput);
    });
    if (nearest != result.modes.end()) members[static_cast<std::size_t>(nearest - result.modes.begin())].push_back(observation);
  }
  std::vector<PredictedMode> modes;
  for (const auto& group : members) {
    if (group.empty()) continue;
    const double share = static_cast<double>(group.size()) / static_cast<double>(result.replications.size());
    modes.push_back({share, mean_of(group, what)});
  }
  return modes;
}

}  // namespace

std::vector<Prediction> predict(const std::vector<Case>& cases, const std::map<std::string, Subject>& subjects,
                                models::Count replications) {
  std::vector<Prediction> predictions;
  for (const Case& what : cases) {
    const models::Comparison comparison = models::run(scenario_of(what, subjects.at(what.python), replications), {});
    const models::DeploymentResult& result = comparison.deployments.front();
    predictions.push_back({what, mean_of(result.replications, what), modes_of(result, what)});
  }
  return predictions;
}

}  // namespace validation
