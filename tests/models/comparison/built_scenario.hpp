// SPDX-License-Identifier: MIT
// Scenarios built by hand around the trials of built_trial.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/comparison/comparison.hpp"
#include "tests/models/built_trial.hpp"

namespace built {

// One profile, "built"; a fixed number of short replications, so that no pilot is needed.
inline models::Scenario scenario(Profile profile, std::vector<models::Deployment> deployments) {
  models::Scenario result;
  result.profiles.emplace("built", std::move(profile));
  for (models::Deployment& deployment : deployments) {
    for (std::size_t twin = 0; twin < result.deployments.size(); ++twin) {
      if (result.deployments[twin].name == deployment.name) deployment.name += "-again";
    }
    result.deployments.push_back(std::move(deployment));
  }
  result.run.warm_up = Duration{1.0};
  result.run.duration = Duration{10.0};
  result.run.replications = 4;
  return result;
}

inline models::Scenario closed_scenario(Profile profile, std::vector<models::Deployment> deployments,
                                        Count connections) {
  models::Scenario result = scenario(std::move(profile), std::move(deployments));
  result.service.load.connections = connections;
  return result;
}

inline models::Scenario open_scenario(Profile profile, std::vector<models::Deployment> deployments, double rate) {
  models::Scenario result = scenario(std::move(profile), std::move(deployments));
  result.service.load.open = models::Rate{rate};
  return result;
}

inline models::Comparison run(const models::Scenario& scenario, int jobs = 1) {
  models::RunOptions options;
  options.jobs = jobs;
  return models::run(scenario, options);
}

inline models::DeploymentResult only(const models::Scenario& scenario) { return run(scenario).deployments.at(0); }

}  // namespace built
