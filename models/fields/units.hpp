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

// What the name of a number in SI units ends with in JSON and CSV: `_s`, `_bytes`, `_per_s`.
std::string_view unit_suffix(Kind kind);

}  // namespace models
