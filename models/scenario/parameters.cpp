// SPDX-License-Identifier: MIT
#include "models/scenario/parameters.hpp"

namespace models {

TrialParameters parameters_of(const Scenario& scenario, const Deployment& deployment) {
  return {scenario.service, scenario.container, scenario.node, scenario.replicas,
          scenario.pools,   scenario.profiles.at(deployment.profile), deployment, scenario.run.seed};
}

}  // namespace models
