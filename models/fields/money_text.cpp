// SPDX-License-Identifier: MIT
#include "models/fields/money_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "models/fields/spelling.hpp"

namespace models {
namespace {

struct Symbol {
  std::string_view written;
  std::string_view code;
};
constexpr std::array<Symbol, 3> symbols{{{"$", "USD"}, {"\xE2\x82\xAC", "EUR"}, {"\xC2\xA3", "GBP"}}};

constexpr std::size_t most_whole_digits = 9;
constexpr std::size_t decimals_kept = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_code(std::string_view text) {
  return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Currency currency_of(std::string_view code) { return {{code[0], code[1], code[2]}}; }

// 12.345 in billionths; nothing when it is no plain decimal number or has too many digits.
std::optional<std::int64_t> billionths(std::string_view number) {
  const std::size_t point = std::min(number.find('.'), number.size());
  const std::string_view whole = number.substr(0, point);
  const std::string_view fraction = point == number.size() ? std::string_view() : number.substr(point + 1);
  if (fraction.find('.') != std::string_view::npos) return std::nullopt;
  if (whole.empty() || whole.size() > most_whole_digits || (whole.size() > 1 && whole[0] == '0')) return std::nullopt;
  if (point < number.size() && (fraction.empty() || fraction.size() > decimals_kept)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (std::size_t i = 0; i < decimals_kept; ++i) value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return value;
}

struct Parts {
  Money amount;
  std::string_view rest;  // behind amount and currency
};

std::variant<Parts, QuantityError> split(std::string_view text, std::string_view example) {
  const auto wrong = [&] {
    return QuantityError{"must be an amount of money such as " + std::string(example) + ", not " + in_quotes(text), {}};
  };
  std::string_view rest = text;
  std::optional<Currency> currency;
  for (const Symbol& symbol : symbols) {
    if (!rest.starts_with(symbol.written)) continue;
    currency = currency_of(symbol.code);
    rest.remove_prefix(symbol.written.size());
  }
  std::size_t length = 0;
  while (length < rest.size() && (is_digit(rest[length]) || rest[length] == '.')) ++length;
  if (length == 0) return wrong();
  const std::string_view number = rest.substr(0, length);
  rest.remove_prefix(length);
  if (!currency) {
    std::string_view code = rest;
    if (code.starts_with(' ')) code.remove_prefix(1);
    if (!is_code(code.substr(0, 3))) {
      return QuantityError{"needs a currency", "write " + std::string(example) + ", or the code of another behind it"};
    }
    currency = currency_of(code.substr(0, 3));
    rest = code.substr(3);
  }
  const auto value = billionths(number);
  if (!value) {
    return QuantityError{"has a number that is none, or of more than nine decimals or whole digits: " + in_quotes(text), {}};
  }
  return Parts{Money(*value, *currency), rest};
}

}  // namespace

std::variant<Money, QuantityError> parse_money(std::string_view text) {
  const auto parts = split(text, "$0.40");
  if (const auto* error = std::get_if<QuantityError>(&parts)) return *error;
  const Parts& found = std::get<Parts>(parts);
  if (!found.rest.empty()) {
    return QuantityError{"must be an amount of money such as $0.40, not " + in_quotes(text), {}};
  }
  return found.amount;
}

std::variant<Money, QuantityError> parse_price(std::string_view text) {
  constexpr std::string_view example = "$0.2016/h";
  const auto parts = split(text, example);
  if (const auto* error = std::get_if<QuantityError>(&parts)) return *error;
  const auto& [amount, rest] = std::get<Parts>(parts);
  if (rest.empty()) return QuantityError{"needs a time", "write for example " + in_quotes(std::string(text).append("/h"))};
  const std::int64_t times_an_hour = rest == "/h" ? 1 : rest == "/min" ? 60 : rest == "/s" ? 3600 : 0;
  if (times_an_hour == 0) return QuantityError{"has an unknown time " + in_quotes(rest), "prices are per /h, /min or /s"};
  constexpr std::int64_t most = 99'999 * Money::billionths_of_one;
  if (amount.billionths() > most / times_an_hour) return QuantityError{"is a price beyond all reason: " + in_quotes(text), {}};
  return amount * Ratio(times_an_hour);
}

std::string money_pattern(Kind kind) {
  const std::string number = "(0|[1-9][0-9]{0,8})(\\.[0-9]{1,9})?";
  const std::string time = kind == Kind::price ? "/(h|min|s)" : "";
  return "^([$\xE2\x82\xAC\xC2\xA3]" + number + "|" + number + " ?[A-Z]{3})" + time + "$";
}

std::variant<Currency, QuantityError> parse_currency(std::string_view text) {
  if (is_code(text)) return currency_of(text);
  return QuantityError{"must be a code of three capital letters such as USD, not " + in_quotes(text), {}};
}

}  // namespace models
