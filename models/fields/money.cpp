// SPDX-License-Identifier: MIT
#include "models/fields/money.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace models {
namespace {

using Wide = Ratio::Wide;

[[noreturn]] void too_large() { throw std::overflow_error("an amount of money is beyond all reason"); }

Wide magnitude(Wide value) { return value < 0 ? -value : value; }

Wide common_divisor(Wide a, Wide b) {
  a = magnitude(a);
  b = magnitude(b);
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

Wide product(Wide a, Wide b) {
  Wide result = 0;
  if (__builtin_mul_overflow(a, b, &result)) too_large();
  return result;
}

Wide sum(Wide a, Wide b) {
  Wide result = 0;
  if (__builtin_add_overflow(a, b, &result)) too_large();
  return result;
}

// The whole number nearest to the fraction, halves to even.
Wide nearest_whole(Wide numerator, Wide denominator) {
  Wide whole = numerator / denominator;
  const Wide rest = magnitude(numerator % denominator);
  const Wide missing = denominator - rest;
  const bool odd = whole % 2 != 0;
  if (rest > missing || (rest == missing && odd)) whole += numerator < 0 ? -1 : 1;
  return whole;
}

std::int64_t narrow(Wide value) {
  if (magnitude(value) > std::numeric_limits<std::int64_t>::max()) too_large();
  return static_cast<std::int64_t>(value);
}

constexpr int decimals_kept = 9;

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

std::string with_symbol(const Money& amount, std::string digits) {
  const std::string code = amount.currency().name();
  const std::string symbol = code == "USD" ? "$" : code == "EUR" ? "\xE2\x82\xAC" : code == "GBP" ? "\xC2\xA3" : "";
  if (symbol.empty()) return digits.append(" ").append(code);
  return digits.insert(digits.starts_with('-') ? 1 : 0, symbol);
}

}  // namespace

Ratio::Ratio(std::int64_t numerator, std::int64_t denominator) : Ratio(Wide{numerator}, Wide{denominator}, true) {}

Ratio::Ratio(Wide numerator, Wide denominator, bool) : numerator_(numerator), denominator_(denominator) {
  if (denominator_ == 0) throw std::logic_error("a ratio of nothing");
  if (denominator_ < 0) {
    numerator_ = -numerator_;
    denominator_ = -denominator_;
  }
  const Wide divisor = common_divisor(numerator_, denominator_);
  if (divisor > 1) {
    numerator_ /= divisor;
    denominator_ /= divisor;
  }
}

Ratio Ratio::of(double value) {
  constexpr int most_decimals = 18;
  constexpr double beyond = 1e12;
  if (!(std::abs(value) < beyond)) too_large();
  int decimals = most_decimals;
  while (decimals > 0 && std::abs(value) * static_cast<double>(power_of_ten(decimals)) >= beyond) --decimals;
  const std::int64_t scale = power_of_ten(decimals);
  return {static_cast<std::int64_t>(std::nearbyint(value * static_cast<double>(scale))), scale};
}

Ratio Ratio::inverse() const { return {denominator_, numerator_, true}; }

Ratio operator*(const Ratio& a, const Ratio& b) {
  // Crosswise first: the products stay as small as they can be.
  const Ratio left(a.numerator_, b.denominator_, true);
  const Ratio right(b.numerator_, a.denominator_, true);
  return {product(left.numerator_, right.numerator_), product(left.denominator_, right.denominator_), true};
}

Ratio operator+(const Ratio& a, const Ratio& b) {
  return {sum(product(a.numerator_, b.denominator_), product(b.numerator_, a.denominator_)),
          product(a.denominator_, b.denominator_), true};
}

Ratio operator-(const Ratio& a, const Ratio& b) { return a + Ratio(-b.numerator_, b.denominator_, true); }

Money operator*(const Money& amount, const Ratio& factor) {
  const Ratio exact = Ratio(amount.billionths_) * factor;
  return {narrow(nearest_whole(exact.numerator(), exact.denominator())), amount.currency_};
}

Money operator+(const Money& a, const Money& b) {
  if (a.currency_ != b.currency_) {
    if (a.is_zero()) return b;
    if (b.is_zero()) return a;
    throw std::logic_error("amounts of two currencies do not add up");
  }
  return {narrow(sum(a.billionths_, b.billionths_)), a.currency_};
}

Money operator-(const Money& a, const Money& b) { return a + Money(-b.billionths_, b.currency_); }

std::strong_ordering operator<=>(const Money& a, const Money& b) {
  if (a.currency_ != b.currency_ && !a.is_zero() && !b.is_zero()) {
    throw std::logic_error("amounts of two currencies cannot be compared");
  }
  return a.billionths_ <=> b.billionths_;
}

std::string decimal(const Money& amount, int decimals) {
  const std::int64_t step = power_of_ten(decimals_kept - decimals);
  const std::int64_t rounded = narrow(nearest_whole(amount.billionths(), step));
  const std::int64_t scale = power_of_ten(decimals);
  const std::int64_t size = rounded < 0 ? -rounded : rounded;
  std::string digits = std::to_string(size / scale);
  if (decimals > 0) {
    const std::string fraction = std::to_string(size % scale);
    digits.append(1, '.').append(static_cast<std::size_t>(decimals) - fraction.size(), '0').append(fraction);
  }
  return rounded < 0 ? digits.insert(0, 1, '-') : digits;
}

std::string exact_decimal(const Money& amount) {
  std::string digits = decimal(amount, decimals_kept);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

std::string text(const Money& amount, int decimals) { return with_symbol(amount, decimal(amount, decimals)); }

std::string text(const Money& low, const Money& high, int decimals) {
  const std::string first = decimal(low, decimals);
  const std::string last = decimal(high, decimals);
  return with_symbol(low, first == last ? first : first + ".." + last);
}

std::string exact_text(const Money& amount) { return with_symbol(amount, exact_decimal(amount)); }

}  // namespace models
