// SPDX-License-Identifier: MIT
// A result is only as good as the worst number it used.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "models/comparison/judge.hpp"
#include "models/comparison/used_numbers.hpp"
#include "models/profile/numbers.hpp"

namespace models {

void state_basis(const Scenario& scenario, DeploymentResult& result) {
  const Deployment& deployment = result.deployment;
  const Profile& profile = scenario.profiles.at(deployment.profile);
  const bool starts_workers = deployment.max_requests > 0 || result[Metric::oom_kills].mean > 0.0;
  const UsedNumbers used(scenario.service, deployment, profile, starts_workers);
  for_each_number(profile, [&](std::string_view path, const auto& number) {
    if (number.basis == Basis::measured || !used.contain(path) || is_left_out(number, path)) return;
    result.basis = std::max(result.basis, number.basis);
    const std::string source = number.source.empty() ? std::string() : ": " + number.source;
    result.assumptions.push_back(fmt::format("{} is {}{}", path, word(number.basis), source));
  });
  const Count most = deployment.processes * std::max(deployment.threads, deployment.carriers);
  const bool measured_host = !profile.provenance.machine.empty();
  if (measured_host && std::min(most, scenario.node.cores) > profile.host.cores) {
    result.basis = std::max(result.basis, Basis::extrapolated);
    result.assumptions.push_back(fmt::format("the profile was measured on {} cores, the node has {}",
                                             profile.host.cores, scenario.node.cores));
  }
}

}  // namespace models
