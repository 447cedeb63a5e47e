// SPDX-License-Identifier: MIT
// The classic mistakes that a deployment shows, and the one that only a run does.
#include "models/scenario/mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/comparison/judge.hpp"

namespace models {
namespace {

// What is left of the sharing when the run ends.
void preload_that_decays(const Scenario& scenario, DeploymentResult& result) {
  const Deployment& deployment = result.deployment;
  const MemoryCosts& memory = scenario.profiles.at(deployment.profile).memory;
  if (!deployment.preload || deployment.freeze || memory.shared_heap.value.value <= 0.0) return;
  const double replications = std::max(1.0, static_cast<double>(result.replications.size()));
  const double processes = static_cast<double>(deployment.processes * scenario.replicas);
  double served = static_cast<double>(result.requests) / (replications * processes);
  if (deployment.max_requests > 0) served = std::min(served, static_cast<double>(deployment.max_requests));
  const double at_once = memory.unshared_at_once.value.value;
  const double in_the_end = 1.0 - at_once - memory.never_unshared.value.value;
  const double copied = at_once + in_the_end * (1.0 - std::exp(-served / memory.decay_requests.value));
  if (copied <= 0.5) return;
  result.warnings.push_back(fmt::format(
      "of the preloaded heap {:.0f} % is private again after {:.0f} requests a process: freeze it, or count it per process",
      100.0 * copied, served));
}

}  // namespace

void warn_of_mistakes(const Scenario& scenario, DeploymentResult& result) {
  for (std::string& one : mistakes(scenario, result.deployment)) result.warnings.push_back(std::move(one));
  preload_that_decays(scenario, result);
}

}  // namespace models
