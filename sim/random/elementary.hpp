// SPDX-License-Identifier: MIT
// exp and log from additions, multiplications, divisions and bit patterns only, which IEEE 754 fixes to the
// last bit: the C library's own may differ between platforms and versions. Error at most 2 units in the last
// place. Usable at compile time. Needs a compiler that neither contracts nor reassociates
// (-ffp-contract=off).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace sim {

// ln 2 in two parts. The first has 32 significant bits, so its product with an exponent is exact.
inline constexpr double ln2_high = 0x1.62e42feep-1;
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;

constexpr double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// exp(x) = 2^k exp(r) with |r| <= ln(2)/2, and exp(r) = 1 + r + r^2 (1/2! + r/3! + ...).
constexpr double exp_portable(double x) {
  if (x != x) return x;
  if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
  if (x < -745.2) return 0.0;
  const double scaled = x * 1.4426950408889634;
  const int k = static_cast<int>(scaled + (scaled < 0.0 ? -0.5 : 0.5));
  const double high = x - k * ln2_high;
  const double low = k * ln2_low;
  const double r = high - low;
  const double lost = (high - r) - low;
  constexpr std::array<double, 13> inverse_factorials = [] {
    std::array<double, 13> values{};
    double factorial = 2.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = 1.0 / factorial;
      factorial *= static_cast<double>(i + 3);
    }
    return values;
  }();
  double tail = 0.0;
  for (std::size_t i = inverse_factorials.size(); i > 0; --i) tail = tail * r + inverse_factorials[i - 1];
  const double value = 1.0 + (r + (r * r * tail + lost));
  // In two steps, because 2^k alone may be out of range where the result is not.
  const int half = k / 2;
  return value * power_of_two(half) * power_of_two(k - half);
}

// log(x) = k ln 2 + log(1 + f) with 1 + f in [sqrt(1/2), sqrt(2)). With s = f / (2 + f) and z = s^2 the
// series log(1 + f) = 2 s (1 + z/3 + z^2/5 + ...) becomes f - s (f - R), R = 2 (z/3 + z^2/5 + ...), since 2 s
// = f - s f.
constexpr double log_portable(double x) {
  if (x != x || x < 0.0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0.0) return -std::numeric_limits<double>::infinity();
  if (x > std::numeric_limits<double>::max()) return x;
  int k = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    k = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  k += static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++k;
  }
  const double f = mantissa - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double series = 0.0;
  for (int term = 12; term > 0; --term) series = (series + 1.0 / (2 * term + 1)) * z;
  const double rest = s * (f - 2.0 * series);
  return k * ln2_high + (f - (rest - k * ln2_low));
}

}  // namespace sim
