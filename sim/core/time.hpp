// SPDX-License-Identifier: MIT
// Simulated time. A Duration is a signed number of seconds, a TimePoint counts from the start of the
// simulation. Both hold a double: multiplying every time of a model by a power of two multiplies every
// result by exactly that. The order is written out because compilers make three branches of a comparison by
// partial ordering.
#pragma once

#include <limits>

namespace sim {

struct Duration {
  double seconds = 0.0;

  static constexpr Duration infinite() { return {std::numeric_limits<double>::infinity()}; }

  constexpr bool operator==(const Duration&) const = default;
  constexpr Duration operator-() const { return {-seconds}; }
  constexpr Duration& operator+=(Duration other) { seconds += other.seconds; return *this; }
  constexpr Duration& operator-=(Duration other) { seconds -= other.seconds; return *this; }
  constexpr Duration& operator*=(double factor) { seconds *= factor; return *this; }
};

constexpr bool operator<(Duration a, Duration b) { return a.seconds < b.seconds; }
constexpr bool operator<=(Duration a, Duration b) { return a.seconds <= b.seconds; }
constexpr bool operator>(Duration a, Duration b) { return a.seconds > b.seconds; }
constexpr bool operator>=(Duration a, Duration b) { return a.seconds >= b.seconds; }
constexpr Duration operator+(Duration a, Duration b) { return {a.seconds + b.seconds}; }
constexpr Duration operator-(Duration a, Duration b) { return {a.seconds - b.seconds}; }
constexpr Duration operator*(Duration a, double factor) { return {a.seconds * factor}; }
constexpr Duration operator*(double factor, Duration a) { return {a.seconds * factor}; }
constexpr Duration operator/(Duration a, double divisor) { return {a.seconds / divisor}; }
constexpr double operator/(Duration a, Duration b) { return a.seconds / b.seconds; }

struct TimePoint {
  double seconds = 0.0;

  static constexpr TimePoint never() { return {std::numeric_limits<double>::infinity()}; }

  constexpr bool operator==(const TimePoint&) const = default;
};

constexpr bool operator<(TimePoint a, TimePoint b) { return a.seconds < b.seconds; }
constexpr bool operator<=(TimePoint a, TimePoint b) { return a.seconds <= b.seconds; }
constexpr bool operator>(TimePoint a, TimePoint b) { return a.seconds > b.seconds; }
constexpr bool operator>=(TimePoint a, TimePoint b) { return a.seconds >= b.seconds; }
constexpr TimePoint operator+(TimePoint t, Duration d) { return {t.seconds + d.seconds}; }
constexpr TimePoint operator-(TimePoint t, Duration d) { return {t.seconds - d.seconds}; }
constexpr Duration operator-(TimePoint a, TimePoint b) { return {a.seconds - b.seconds}; }

namespace literals {
constexpr Duration operator""_s(long double value) { return {static_cast<double>(value)}; }
constexpr Duration operator""_s(unsigned long long value) { return {static_cast<double>(value)}; }
constexpr Duration operator""_ms(long double value) { return {static_cast<double>(value) * 1e-3}; }
constexpr Duration operator""_ms(unsigned long long value) { return {static_cast<double>(value) * 1e-3}; }
constexpr Duration operator""_us(long double value) { return {static_cast<double>(value) * 1e-6}; }
constexpr Duration operator""_us(unsigned long long value) { return {static_cast<double>(value) * 1e-6}; }
}  // namespace literals

}  // namespace sim
