// SPDX-License-Identifier: MIT
#include "models/comparison/setting.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "models/scenario/parameters.hpp"

namespace models {

std::vector<Setting> settings_of(const Scenario& scenario, const RunOptions& options) {
  std::vector<Setting> settings;
  const Simulator simulation = simulator(options);
  for (const Deployment& deployment : scenario.deployments) {
    TrialParameters at = parameters_of(scenario, deployment);
    if (!scenario.cost.is_given() && scenario.replicas > 0) {
      settings.push_back({std::move(at), std::nullopt});
      continue;
    }
    Priced priced = price(at, scenario.cost, simulation);
    settings.push_back({priced.at, std::move(priced)});
  }
  return settings;
}

Scenario scenario_of(const Scenario& scenario, const Setting& setting) {
  if (!setting.found) return scenario;
  Scenario result = scenario;
  result.service = setting.at.service;
  result.container = setting.at.container;
  result.node = setting.at.node;
  result.replicas = setting.at.replicas;
  result.pools = setting.at.pools;
  result.profiles.at(setting.at.deployment.profile) = setting.at.profile;
  return result;
}

void of_whole_service(std::vector<Observation>& observations, const Setting& setting) {
  if (!setting.found || setting.found->of_service == 1.0) return;
  constexpr std::array sums{Metric::throughput, Metric::cpu_used, Metric::refused,
                            Metric::timed_out,  Metric::killed,   Metric::oom_kills};
  for (Observation& observation : observations) {
    for (const Metric metric : sums) observation[static_cast<std::size_t>(metric)] *= setting.found->of_service;
  }
}

void add_what_was_found(DeploymentResult& result, Setting setting) {
  result.replicas = setting.at.replicas;
  if (!setting.found) return;
  Priced& found = *setting.found;
  result.replicas = found.replicas;
  result.capacity = std::move(found.capacity);
  result.density = std::move(found.density);
  result.bill = std::move(found.bill);
  // Other cores than those that were measured.
  if (!found.assumptions.empty()) result.basis = std::max(result.basis, Basis::extrapolated);
  for (std::string& one : found.assumptions) result.assumptions.push_back(std::move(one));
  for (std::string& one : found.warnings) result.warnings.push_back(std::move(one));
}

}  // namespace models
