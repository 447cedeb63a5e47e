// SPDX-License-Identifier: MIT
// The quantities that models exchange: no bare double crosses an interface without its unit in the type.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"

namespace models {

using sim::Duration;
using sim::TimePoint;

using Count = std::int64_t;

struct Bytes {
  double value = 0.0;
  constexpr bool operator==(const Bytes&) const = default;
  constexpr Bytes& operator+=(Bytes other) { value += other.value; return *this; }
  constexpr Bytes& operator-=(Bytes other) { value -= other.value; return *this; }
};
constexpr bool operator<(Bytes a, Bytes b) { return a.value < b.value; }
constexpr bool operator<=(Bytes a, Bytes b) { return a.value <= b.value; }
constexpr bool operator>(Bytes a, Bytes b) { return a.value > b.value; }
constexpr bool operator>=(Bytes a, Bytes b) { return a.value >= b.value; }
constexpr Bytes operator+(Bytes a, Bytes b) { return {a.value + b.value}; }
constexpr Bytes operator-(Bytes a, Bytes b) { return {a.value - b.value}; }
constexpr Bytes operator*(Bytes a, double factor) { return {a.value * factor}; }
constexpr Bytes operator*(double factor, Bytes a) { return {a.value * factor}; }
constexpr double operator/(Bytes a, Bytes b) { return a.value / b.value; }

// Events per second.
struct Rate {
  double per_second = 0.0;
  constexpr auto operator<=>(const Rate&) const = default;
};

// CPU capacity in cores: 0.5 and 500m are the same.
struct Cores {
  double value = 0.0;
  constexpr auto operator<=>(const Cores&) const = default;
};

// A share of one: written 0.1% or 0.001.
struct Fraction {
  double value = 0.0;
  constexpr auto operator<=>(const Fraction&) const = default;
};

// A plain multiplier or exponent without a unit.
struct Factor {
  double value = 1.0;
  constexpr auto operator<=>(const Factor&) const = default;
};

// Where a number comes from, best first. A result is only as good as the worst number it used.
enum class Basis { measured, derived, extrapolated, assumed };
constexpr std::array<std::string_view, 4> words(Basis) {
  return {"measured", "derived", "extrapolated", "assumed"};
}

// A profile number: its value, the range it may lie in (low == high == value for a point) and its basis.
template <class T>
struct Measured {
  T value{};
  T low{};
  T high{};
  Basis basis = Basis::measured;
  std::string source;  // why an assumed or derived number is what it is; empty for measured ones

  constexpr bool is_range() const { return low != high; }
};

template <class T>
Measured<T> assumed(T value) { return {value, value, value, Basis::assumed, {}}; }

}  // namespace models
