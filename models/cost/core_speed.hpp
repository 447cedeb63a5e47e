// SPDX-License-Identifier: MIT
// How fast the cores of what is bought are, over those that a profile was measured on: stated by the scenario, else by
// the price sheet and the profile's host, both over the reference of host profiles.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "models/cost/cost_block.hpp"
#include "models/profile/profile.hpp"

namespace models {

// Nothing when nobody says so.
template <class Offer>
std::optional<Measured<Factor>> core_speed(const CostBlock& cost, const Offer& offer, const Profile& profile) {
  for (const CoreSpeed& stated : cost.speeds) {
    if (stated.core == offer.core_name()) return stated.speed;
  }
  if (offer.speed.value.value <= 0.0 || !profile.host.speed) return std::nullopt;
  Measured<Factor> speed = offer.speed;
  const double host = profile.host.speed->value;
  speed.value.value /= host;
  speed.low.value /= host;
  speed.high.value /= host;
  speed.basis = std::max(speed.basis, Basis::derived);
  return speed;
}

}  // namespace models
