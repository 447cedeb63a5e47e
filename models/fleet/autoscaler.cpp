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
  const Count current = fleet.replicas();
  if (fleet.counted == 0) return current;
  const double target = percent(settings.target_cpu.value);
  const auto tolerated = [&](double ratio) { return std::abs(ratio - 1.0) <= settings.tolerance.value + 1e-12; };
  const double ratio = percent(fleet.use) / target;
  if (ratio == 1.0) return current;
  const bool damped = fleet.starting > 0 && ratio > 1.0;
  if (!damped && fleet.missing == 0) return tolerated(ratio) ? current : scaled(ratio, fleet.counted);

  const double of_missing = ratio < 1.0 ? std::max(1.0, settings.target_cpu.value) : 0.0;
  const Count counted = fleet.counted + fleet.missing + (damped ? fleet.starting : 0);
  const double use = fleet.use * static_cast<double>(fleet.counted) + of_missing * static_cast<double>(fleet.missing);
  const double cautious = percent(use / static_cast<double>(counted)) / target;
  const bool turned = (ratio < 1.0 && cautious > 1.0) || (ratio > 1.0 && cautious < 1.0);
  if (tolerated(cautious) || turned) return current;
  const Count wanted = scaled(cautious, counted);
  return cautious > 1.0 ? std::max(current, wanted) : std::min(current, wanted);
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
  const Count current = fleet.replicas();
  Count replicas = stabilized(now, current, desired_replicas(settings_, fleet));
  if (replicas > current) replicas = std::min(replicas, growth_limit(now, current));
  replicas = std::clamp(replicas, settings_.min, std::max(settings_.min, settings_.max.value_or(settings_.min)));
  if (replicas != current) changes_.push_back({now, replicas - current});
  while (!changes_.empty() && now - changes_.front().at >= settings_.add_every) changes_.pop_front();
  return replicas;
}

}  // namespace models
