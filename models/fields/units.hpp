// SPDX-License-Identifier: MIT
// The closed list of units: time, bytes, rates, cores and shares in SI units.
#pragma once

#include <algorithm>
#include <array>
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

// Kinds whose numbers have a unit.
inline constexpr std::array quantity_kinds{Kind::duration, Kind::bytes, Kind::rate, Kind::cores, Kind::fraction};

// Whether its values are numbers that can be compared; money is exact and none of them.
constexpr bool is_numeric(Kind kind) {
  return kind == Kind::count || kind == Kind::number || std::ranges::find(quantity_kinds, kind) != quantity_kinds.end();
}

// What the name of a number in SI units ends with in JSON and CSV: `_s`, `_bytes`, `_per_s`.
std::string_view unit_suffix(Kind kind);

}  // namespace models
