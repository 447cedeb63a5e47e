// SPDX-License-Identifier: MIT
// The closed list of units: time, bytes, rates, cores and shares in SI units.
#pragma once

#include <span>
#include <string_view>

#include "models/fields/reflection.hpp"

namespace models {

struct Unit {
  std::string_view name;
  double multiplier = 1.0;
  double divisor = 1.0;  // a division by a power of ten is exact where the multiplication is not
};

std::span<const Unit> units(Kind kind);

}  // namespace models
