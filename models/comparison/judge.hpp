// SPDX-License-Identifier: MIT
// What replications mean: estimates with intervals, whether promises hold, what binds, what it rests on.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cluster/trial.hpp"
#include "models/comparison/comparison.hpp"

namespace models {

// The replications of one deployment at one end of its profile's ranges.
struct AlternativeResult {
  std::vector<Observation> observations;
  Window window;
  bool precise = false;
  std::uint64_t events = 0;
  std::uint64_t requests = 0;
};

std::vector<double> values_of(const AlternativeResult& result, Metric metric);

// `ends`: one result, or two (optimistic, pessimistic) where the profile has ranges.
DeploymentResult judge(const Scenario& scenario, const Deployment& deployment,
                       const std::vector<AlternativeResult>& ends);

// The parts of it, one file each.
void check_slo(const Slo& slo, DeploymentResult& result);
void state_basis(const Scenario& scenario, DeploymentResult& result);
void warn_of_mistakes(const Scenario& scenario, DeploymentResult& result);

// Every pair of deployments, for the metrics that decide; a range is different only if it is at both ends.
std::vector<PairedVerdict> paired_verdicts(const std::vector<std::vector<AlternativeResult>>& deployments);

}  // namespace models
