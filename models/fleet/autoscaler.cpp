// SPDX-License-Identifier: MIT
#include "models/fleet/autoscaler.hpp"

#include <algorithm>
#include <cmath>

namespace models {
namespace {

// Whole percent; rounding up by less than a millionth only undoes what binary fractions lose.
double percent(double share) { return std::floor(share * 100.0 + 1e-6); }

Count scaled(double ratio, Count replicas) {
  return static_cast<Count>(std::ceil(ratio * static_cast<double>(replicas)));
}

}  // namespace

Count desired_replicas(const Autoscale& settings, const FleetUse& fleet) {
  const Count current = fleet.sampled + fleet.without;
  if (fleet.sampled == 0) return current;
  const double target = percent(settings.target_cpu.value);
  const double ratio = percent(fleet.use) / target;
  const auto tolerated = [&](double value) { return std::abs(value - 1.0) <= settings.tolerance.value + 1e-12; };
  if (fleet.without == 0 || ratio <= 1.0) return tolerated(ratio) ? current : scaled(ratio, fleet.sampled);
  const double damped =
      percent(fleet.use * static_cast<double>(fleet.sampled) / static_cast<double>(current)) / target;
  if (damped <= 1.0 || tolerated(damped)) return current;
  return std::max(current, scaled(damped, current));
}

Count Autoscaler::stabilized(TimePoint now, Count current, Count desired) {
  // What ran before the first decision counts as recommended.
  if (recommendations_.empty()) recommendations_.push_back({now, current});
  Count up = desired;
  Count down = desired;
  for (const Recommendation& earlier : recommendations_) {
    if (now - earlier.at < settings_.stabilize_up) up = std::min(up, earlier.replicas);
    if (now - earlier.at < settings_.stabilize_down) down = std::max(down, earlier.replicas);
  }
  recommendations_.push_back({now, desired});
  const Duration longest = std::max(settings_.stabilize_up, settings_.stabilize_down);
  while (now - recommendations_.front().at > longest) recommendations_.pop_front();
  return std::min(std::max(current, up), down);
}

Count Autoscaler::growth_limit(TimePoint now, Count current) const {
  Count at_start = current;
  for (const Recommendation& change : changes_) {
    if (now - change.at < settings_.add_every) at_start -= change.replicas;
  }
  const Count by_pods = at_start + settings_.add_pods;
  const auto by_share = static_cast<Count>(std::ceil(static_cast<double>(at_start) * (1.0 + settings_.add_share.value)));
  return std::max({by_pods, by_share, current});
}

Count Autoscaler::decide(TimePoint now, const FleetUse& fleet) {
  const Count current = fleet.sampled + fleet.without;
  Count replicas = stabilized(now, current, desired_replicas(settings_, fleet));
  if (replicas > current) replicas = std::min(replicas, growth_limit(now, current));
  replicas = std::clamp(replicas, settings_.min, std::max(settings_.min, settings_.max.value_or(settings_.min)));
  if (replicas != current) changes_.push_back({now, replicas - current});
  while (!changes_.empty() && now - changes_.front().at >= settings_.add_every) changes_.pop_front();
  return replicas;
}

}  // namespace models
