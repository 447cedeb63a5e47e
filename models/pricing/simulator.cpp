// SPDX-License-Identifier: MIT
#include "models/pricing/simulator.hpp"

#include "models/capacity/replications.hpp"
#include "models/profile/range_end.hpp"

namespace models {
namespace {

// As wide as a full node's load need be known: it is shown beside the load of one container, not multiplied.
constexpr double precision_of_node = 0.05;

std::vector<Observation> observe(const TrialParameters& at, std::size_t count, const RunOptions& options) {
  TrialParameters pessimistic = at;
  pessimistic.profile = pinned(at.profile, RangeEnd::pessimistic);
  const Load& load = at.service.load;
  // As long a window as that in which promises were kept when the capacity was searched.
  const Window window = load.tasks || load.trace ? Window{} : window_of(pessimistic, CapacityQuestion{}.requests);
  std::vector<Replication> wanted;
  for (std::size_t k = 0; k < count; ++k) wanted.push_back({&pessimistic, window, k});
  if (options.on_progress) options.on_progress({0, count, at.deployment.name + ", replicas"});
  return replicate(wanted, options);
}

}  // namespace

Simulator simulator(const RunOptions& options) {
  return {[&options](const TrialParameters& at) {
            CapacityQuestion question;
            question.at = at;
            question.slo = at.service.slo;
            question.containers = at.replicas;
            if (at.replicas > 1) question.precision = precision_of_node;
            return find_capacity(question, options);
          },
          [&options](const TrialParameters& at, std::size_t count) { return observe(at, count, options); }};
}

}  // namespace models
