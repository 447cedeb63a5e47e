// SPDX-License-Identifier: MIT
// Money, exactly: whole billionths of a currency's unit, never a floating-point number. Amounts of different
// currencies do not mix. A product with a ratio is rounded once, to the nearest billionth, halves to even. How many
// decimals a person sees is decided here and nowhere else.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace models {

// Three capital letters of ISO 4217.
struct Currency {
  std::array<char, 3> code{'U', 'S', 'D'};
  auto operator<=>(const Currency&) const = default;
  std::string name() const { return {code.data(), code.size()}; }
};

// A fraction in lowest terms; the denominator is positive.
class Ratio {
 public:
  __extension__ using Wide = __int128;

  Ratio(std::int64_t numerator = 0, std::int64_t denominator = 1);  // implicit: a whole number is a ratio

  // A decimal number of up to 12 digits exactly, anything else to 12 digits; no finer than 1e-18.
  static Ratio of(double value);

  Wide numerator() const { return numerator_; }
  Wide denominator() const { return denominator_; }
  Ratio inverse() const;

  friend Ratio operator*(const Ratio& a, const Ratio& b);
  friend Ratio operator+(const Ratio& a, const Ratio& b);
  friend Ratio operator-(const Ratio& a, const Ratio& b);

 private:
  Ratio(Wide numerator, Wide denominator, bool);

  Wide numerator_;
  Wide denominator_;
};

class Money {
 public:
  static constexpr std::int64_t billionths_of_one = 1'000'000'000;

  constexpr Money() = default;
  constexpr Money(std::int64_t billionths, Currency currency) : billionths_(billionths), currency_(currency) {}

  constexpr std::int64_t billionths() const { return billionths_; }
  constexpr Currency currency() const { return currency_; }
  constexpr bool is_zero() const { return billionths_ == 0; }

  // Throws std::overflow_error beyond some nine billion units.
  friend Money operator*(const Money& amount, const Ratio& factor);
  // Throws std::logic_error when the currencies differ, unless one amount is zero.
  friend Money operator+(const Money& a, const Money& b);
  friend Money operator-(const Money& a, const Money& b);
  Money& operator+=(const Money& other) { return *this = *this + other; }

  friend bool operator==(const Money& a, const Money& b) = default;
  // Of one currency.
  friend std::strong_ordering operator<=>(const Money& a, const Money& b);

 private:
  std::int64_t billionths_ = 0;
  Currency currency_;
};

// What an hour of something costs.
struct HourlyPrice {
  Money per_hour;
  bool operator==(const HourlyPrice&) const = default;
};

// Decimals of a bill.
inline constexpr int decimals_per_month = 2;
inline constexpr int decimals_per_million_requests = 4;
inline constexpr int decimals_per_job = 4;

// "72.58": rounded to so many decimals, halves to even; negative ones, too.
std::string decimal(const Money& amount, int decimals);
// "0.2016": all its decimals.
std::string exact_decimal(const Money& amount);
// "$72.58", "72.58 CHF".
std::string text(const Money& amount, int decimals);
std::string exact_text(const Money& amount);
// "$72.58..90.00"; one amount where both ends read alike.
std::string text(const Money& low, const Money& high, int decimals);

}  // namespace models
