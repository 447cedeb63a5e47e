// SPDX-License-Identifier: MIT
// Money is exact: what a pocket calculator says, to the last billionth, and halves go to even.
#include "models/fields/money.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>
#include <string>

#include "models/fields/money_text.hpp"

namespace {

using models::Currency;
using models::Money;
using models::Ratio;

Money dollars(const std::string& number) {
  const auto parsed = models::parse_money("$" + number);
  REQUIRE(std::holds_alternative<Money>(parsed));
  return std::get<Money>(parsed);
}

std::string price(const std::string& text) {
  const auto parsed = models::parse_price(text);
  if (const auto* error = std::get_if<models::QuantityError>(&parsed)) return error->problem + "; " + error->remedy;
  return models::exact_text(std::get<Money>(parsed)) + "/h";
}

std::string amount(const std::string& text) {
  const auto parsed = models::parse_money(text);
  if (const auto* error = std::get_if<models::QuantityError>(&parsed)) return error->problem + "; " + error->remedy;
  return models::exact_text(std::get<Money>(parsed));
}

}  // namespace

TEST_CASE("a decimal number becomes its exact ratio") {
  // 0.1 is 1/10, although no double is.
  for (const double value : {0.1, 0.3, 0.7, 2.675, 730.0, 123456.789012, 1e-6, 0.0}) {
    CAPTURE(value);
    const Ratio ratio = Ratio::of(value);
    CHECK(static_cast<double>(ratio.numerator()) / static_cast<double>(ratio.denominator()) == value);
  }
  CHECK(Ratio::of(0.1).denominator() == 10);
  CHECK(Ratio::of(0.35).numerator() == 7);
  CHECK(Ratio::of(-2.5).numerator() == -5);
  CHECK_THROWS_AS(Ratio::of(1e15), std::overflow_error);
  CHECK_THROWS_AS(Ratio::of(std::nan("")), std::overflow_error);
}

TEST_CASE("a product is rounded once, to the nearest billionth, halves to even") {
  // 5 billionths: half of it is 2.5 -> 2; 1.5 of it is 7.5 -> 8; negative alike.
  const Money five(5, {});
  CHECK((five * Ratio(1, 2)).billionths() == 2);
  CHECK((five * Ratio(3, 2)).billionths() == 8);
  CHECK((Money(-5, {}) * Ratio(1, 2)).billionths() == -2);
  CHECK((Money(-5, {}) * Ratio(3, 2)).billionths() == -8);
  CHECK((five * Ratio(1, 3)).billionths() == 2);
  CHECK((five * Ratio(1, 2) * Ratio(2)).billionths() == 4);
  CHECK((five * (Ratio(1, 2) * Ratio(2))).billionths() == 5);
}

TEST_CASE("a month of an m7i.xlarge costs what the calculator says") {
  // 0.2016 $/h x 730 h = 147.168 $; a third off for half a node: x 0.5 x 0.7 = 51.5088 $.
  const Money month = dollars("0.2016") * Ratio(730);
  CHECK(models::exact_decimal(month) == "147.168");
  CHECK(models::text(month, models::decimals_per_month) == "$147.17");
  CHECK(models::exact_decimal(month * (Ratio::of(0.5) * Ratio::of(0.7))) == "51.5088");
}

TEST_CASE("decimals are rounded half to even, and a sign stays in front") {
  CHECK(models::decimal(dollars("2.675"), 2) == "2.68");
  CHECK(models::decimal(dollars("2.665"), 2) == "2.66");
  CHECK(models::decimal(dollars("0.005"), 2) == "0.00");
  CHECK(models::decimal(dollars("1.999"), 2) == "2.00");
  CHECK(models::decimal(dollars("0") - dollars("1.25"), 1) == "-1.2");
  CHECK(models::text(dollars("0") - dollars("1.25"), 2) == "-$1.25");
  CHECK(models::exact_decimal(dollars("7")) == "7");
  CHECK(models::text({1'500'000'000, Currency{{'C', 'H', 'F'}}}, 2) == "1.50 CHF");
}

TEST_CASE("currencies do not mix, but nothing is nothing in all of them") {
  const Money euro(1, Currency{{'E', 'U', 'R'}});
  CHECK_THROWS_AS(dollars("1") + euro, std::logic_error);
  CHECK_THROWS_AS((void)(dollars("1") < euro), std::logic_error);
  CHECK((Money() + euro) == euro);
  CHECK(dollars("1") < dollars("1.000000001"));
}

TEST_CASE("an amount beyond reason is an error, not a wrapped number") {
  const Money much(9'000'000'000'000'000'000, {});
  CHECK_THROWS_AS(much * Ratio(2), std::overflow_error);
  CHECK_THROWS_AS(much + much, std::overflow_error);
  CHECK_THROWS_AS(much * Ratio::of(123456.789012) * Ratio::of(0.123456789012), std::overflow_error);
}

TEST_CASE("prices are written with currency and time, and kept per hour") {
  CHECK(price("$0.2016/h") == "$0.2016/h");
  CHECK(price("0.2016 USD/h") == "$0.2016/h");
  CHECK(price("0.000024USD/s") == "$0.0864/h");
  CHECK(price("\xE2\x82\xAC""0.01/min") == "\xE2\x82\xAC""0.6/h");
  CHECK(price("12 CHF/h") == "12 CHF/h");
  CHECK(price("0.2016/h") == "needs a currency; write $0.2016/h, or the code of another behind it");
  CHECK(price("$0.2016") == "needs a time; write for example '$0.2016/h'");
  CHECK(price("$0.2016/month") == "has an unknown time '/month'; prices are per /h, /min or /s");
  CHECK(price("$1e3/h").find("unknown time") != std::string::npos);
  CHECK(price("$100000/h").find("beyond all reason") != std::string::npos);
  CHECK(price("$28/s").find("beyond all reason") != std::string::npos);
  CHECK(amount("$0.40") == "$0.4");
  CHECK(amount("0.40 usd").find("needs a currency") != std::string::npos);
  CHECK(amount("$-1").find("must be an amount") != std::string::npos);
  CHECK(amount("$1,000").find("must be an amount") != std::string::npos);
  CHECK(amount("$1.0000000001").find("more than nine decimals") != std::string::npos);
  CHECK(amount("$007").find("number that is none") != std::string::npos);
  CHECK(amount("$1.2.3").find("number that is none") != std::string::npos);
}
