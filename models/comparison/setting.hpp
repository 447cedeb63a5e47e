// SPDX-License-Identifier: MIT
// Where a deployment runs: on the scenario's node as it is written, or, where it is to be priced or its replicas are to
// be found, on what was found to be enough and cheapest. Of a service on several nodes the fullest one is simulated.
#pragma once

#include <optional>
#include <vector>

#include "models/comparison/comparison.hpp"
#include "models/pricing/pricing.hpp"

namespace models {

struct Setting {
  TrialParameters at;                // what is simulated; the profile keeps its ranges
  std::optional<Priced> found;
};

// One for each deployment. Throws Interrupted.
std::vector<Setting> settings_of(const Scenario& scenario, const RunOptions& options);

// The scenario as it was simulated in this setting.
Scenario scenario_of(const Scenario& scenario, const Setting& setting);

// From the fullest node to the service: what adds up over nodes.
void of_whole_service(std::vector<Observation>& observations, const Setting& setting);

// Capacity, density, bill, replicas and what was assumed on the way.
void add_what_was_found(DeploymentResult& result, Setting setting);

}  // namespace models
