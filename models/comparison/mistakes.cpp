// SPDX-License-Identifier: MIT
// The classic mistakes that a deployment shows, and the one that only a run does.
#include "models/scenario/mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "models/comparison/judge.hpp"
#include "models/host/copy_on_write.hpp"

namespace models {
namespace {

// Of so many requests, those of each of the profile's kernels.
std::vector<double> by_kernel(const Service& service, const Profile& profile, double requests) {
  double weights = 0.0;
  for (const MixEntry& entry : service.mix) weights += entry.weight;
  std::vector<double> parts;
  for (const Kernel& kernel : profile.kernels) {
    double part = service.mix.empty() && (service.kernel == kernel.name || profile.kernels.size() == 1) ? 1.0 : 0.0;
    for (const MixEntry& entry : service.mix) {
      if (entry.kernel == kernel.name) part += entry.weight / weights;
    }
    parts.push_back(part * requests);
  }
  return parts;
}

// What is left of the sharing when the run ends.
void preload_that_decays(const Scenario& scenario, DeploymentResult& result) {
  const Deployment& deployment = result.deployment;
  const Profile& profile = scenario.profiles.at(deployment.profile);
  if (!deployment.preload || deployment.freeze || profile.memory.shared_heap.value.value <= 0.0) return;
  const double replications = std::max(1.0, static_cast<double>(result.replications.size()));
  const double processes = static_cast<double>(deployment.processes * scenario.replicas);
  double served = static_cast<double>(result.requests) / (replications * processes);
  if (deployment.max_requests > 0) served = std::min(served, static_cast<double>(deployment.max_requests));
  const CopyOnWrite heap(profile.memory, profile.kernels, deployment.freeze);
  const double copied = 1.0 - heap.shared_after(by_kernel(scenario.service, profile, served));
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
