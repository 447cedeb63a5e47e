// SPDX-License-Identifier: MIT
#include "models/fields/quantity_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

#include "models/fields/spelling.hpp"
#include "models/fields/units.hpp"

namespace models {
namespace {

struct Misspelling {
  std::string_view written;
  Kind kind;
  std::string_view meant;
};
constexpr std::array misspellings{
    Misspelling{"sec", Kind::duration, "s"},
    Misspelling{"secs", Kind::duration, "s"},
    Misspelling{"second", Kind::duration, "s"},
    Misspelling{"seconds", Kind::duration, "s"},
    Misspelling{"S", Kind::duration, "s"},
    Misspelling{"msec", Kind::duration, "ms"},
    Misspelling{"millis", Kind::duration, "ms"},
    Misspelling{"usec", Kind::duration, "us"},
    Misspelling{"\xC2\xB5s", Kind::duration, "us"},
    Misspelling{"\xCE\xBCs", Kind::duration, "us"},
    Misspelling{"m", Kind::duration, "min for minutes or ms for milliseconds"},
    Misspelling{"mins", Kind::duration, "min"},
    Misspelling{"minutes", Kind::duration, "min"},
    Misspelling{"hr", Kind::duration, "h"},
    Misspelling{"hours", Kind::duration, "h"},
    Misspelling{"days", Kind::duration, "d"},
    Misspelling{"b", Kind::bytes, "B"},
    Misspelling{"bytes", Kind::bytes, "B"},
    Misspelling{"K", Kind::bytes, "kB for 1000 or KiB for 1024 bytes"},
    Misspelling{"KB", Kind::bytes, "kB for 1000 or KiB for 1024 bytes"},
    Misspelling{"kb", Kind::bytes, "kB for 1000 or KiB for 1024 bytes"},
    Misspelling{"mb", Kind::bytes, "MB or MiB"},
    Misspelling{"Mb", Kind::bytes, "MB or MiB"},
    Misspelling{"gb", Kind::bytes, "GB or GiB"},
    Misspelling{"Gb", Kind::bytes, "GB or GiB"},
    Misspelling{"g", Kind::bytes, "GB or GiB"},
    Misspelling{"mi", Kind::bytes, "Mi"},
    Misspelling{"gi", Kind::bytes, "Gi"},
    Misspelling{"ki", Kind::bytes, "Ki"},
    Misspelling{"m", Kind::bytes, "M or Mi (m would be a thousandth of a byte)"},
    Misspelling{"rps", Kind::rate, "/s"},
    Misspelling{"req/s", Kind::rate, "/s"},
    Misspelling{"/sec", Kind::rate, "/s"},
    Misspelling{"/second", Kind::rate, "/s"},
    Misspelling{"Hz", Kind::rate, "/s"},
    Misspelling{"/m", Kind::rate, "/min"},
    Misspelling{"/minute", Kind::rate, "/min"},
    Misspelling{"/hour", Kind::rate, "/h"},
    Misspelling{"cores", Kind::cores, "no unit: 2, 0.5 or 500m"},
    Misspelling{"cpu", Kind::cores, "no unit: 2, 0.5 or 500m"},
    Misspelling{"percent", Kind::fraction, "%"},
};

std::string_view noun(Kind kind) {
  switch (kind) {
    case Kind::duration:
      return "time";
    case Kind::bytes:
      return "size";
    case Kind::rate:
      return "rate";
    case Kind::cores:
      return "number of cores";
    case Kind::fraction:
      return "share";
    case Kind::count:
      return "whole number";
    default:
      return "number";
  }
}

std::string_view usual_unit(Kind kind) {
  switch (kind) {
    case Kind::duration:
      return "ms";
    case Kind::bytes:
      return "MiB";
    default:
      return "/s";
  }
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string list_of_units(Kind kind) {
  if (kind == Kind::bytes) return "B, kB, MB, GB, TB, KiB, MiB, GiB, TiB (or k, M, G, T, Ki, Mi, Gi, Ti)";
  std::string list;
  for (const Unit& unit : units(kind)) list += (list.empty() ? "" : ", ") + std::string(unit.name);
  return list;
}

// Length of the decimal number that text begins with: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
std::size_t number_length(std::string_view text) {
  std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  if (i >= text.size() || !is_digit(text[i])) return 0;
  while (i < text.size() && is_digit(text[i])) ++i;
  if (i + 1 < text.size() && text[i] == '.' && is_digit(text[i + 1])) {
    ++i;
    while (i < text.size() && is_digit(text[i])) ++i;
  }
  if (i + 1 < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    std::size_t j = i + 1;
    if (text[j] == '+' || text[j] == '-') ++j;
    if (j < text.size() && is_digit(text[j])) {
      while (j < text.size() && is_digit(text[j])) ++j;
      i = j;
    }
  }
  return i;
}

std::string_view without_minus(std::string_view text) {
  return !text.empty() && text[0] == '-' ? text.substr(1) : text;
}

// Texts that other readers of YAML take for numbers.
std::optional<QuantityError> foreign_number(std::string_view text) {
  std::string lower;
  for (const char c : text.substr(0, 16))
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  std::string_view word = lower;
  if (!word.empty() && (word[0] == '+' || word[0] == '-')) word.remove_prefix(1);
  if (!word.empty() && word[0] == '.') word.remove_prefix(1);
  if (word == "nan" || word == "inf" || word == "infinity") {
    return QuantityError{"must be a finite number, not " + in_quotes(text), {}};
  }
  const std::string_view digits = without_minus(text);
  if (digits.size() >= 2 && digits[0] == '0') {
    if (digits[1] == 'x' || digits[1] == 'X' || digits[1] == 'o' || digits[1] == 'b') {
      return QuantityError{"must be a decimal number, not " + in_quotes(text), {}};
    }
    if (is_digit(digits[1])) {
      return QuantityError{"has a leading zero, which some readers take for octal: " + in_quotes(text),
                           "write it without the zero"};
    }
  }
  if (!text.empty() && text[0] == '+') {
    return QuantityError{"must be written without a plus sign, not " + in_quotes(text), {}};
  }
  if (digits.size() >= 2 && digits[0] == '.' && is_digit(digits[1])) {
    return QuantityError{"must begin with a digit, not " + in_quotes(text), "write 0 before the point"};
  }
  if (!digits.empty() && is_digit(digits[0])) {
    std::string plain;
    bool grouped = false;
    for (const char c : text.substr(0, 32)) {
      if (c == '_' || c == ',') {
        grouped = true;
      } else {
        plain += c;
      }
    }
    if (grouped)
      return QuantityError{"must be a number without separators, not " + in_quotes(text), "write " + plain};
  }
  return std::nullopt;
}

QuantityError wrong_unit(Kind kind, std::string_view number, std::string_view unit) {
  for (const Misspelling& slip : misspellings) {
    if (slip.kind == kind && slip.written == unit) {
      const bool is_unit = slip.meant.find(' ') == std::string_view::npos;
      return {"has an unknown unit " + in_quotes(unit),
              (is_unit ? "write " + std::string(number) : std::string("use ")) + std::string(slip.meant)};
    }
  }
  for (const Kind other : quantity_kinds) {
    for (const Unit& known : units(other)) {
      if (known.name == unit && !unit.empty() && other != kind) {
        return {"must be " + expectation(kind) + ", and " + in_quotes(unit) + " is the unit of a " +
                    std::string(noun(other)),
                {}};
      }
    }
  }
  if (units(kind).size() == 1)
    return {"must be a plain number, not " + in_quotes(std::string(number) + std::string(unit)), {}};
  return {"has an unknown unit " + in_quotes(unit), "units are " + list_of_units(kind)};
}

struct SplitQuantity {
  std::string_view number;
  std::string_view unit;
};

std::optional<SplitQuantity> split(std::string_view text) {
  const std::size_t length = number_length(text);
  if (length == 0) return std::nullopt;
  std::string_view unit = text.substr(length);
  if (unit.size() > 1 && unit[0] == ' ') unit.remove_prefix(1);
  return SplitQuantity{text.substr(0, length), unit};
}

}  // namespace

std::string expectation(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::text:
      return "a text";
    case Kind::word:
      return "one of the known words";
    case Kind::count:
      return "a whole number";
    case Kind::number:
      return "a number";
    case Kind::duration:
      return "a time such as 20ms";
    case Kind::bytes:
      return "a size such as 512MiB";
    case Kind::rate:
      return "a rate such as 120/s";
    case Kind::cores:
      return "a number of cores such as 0.5 or 500m";
    case Kind::fraction:
      return "a share such as 0.1% or 0.001";
    case Kind::money:
      return "an amount of money such as $0.40 or 0.40 USD";
    case Kind::price:
      return "a price such as $0.2016/h or 0.2016 USD/h";
    case Kind::list:
      return "a list";
    case Kind::named:
    case Kind::profiles:
      return "a map from names to their settings";
    case Kind::paths:
      return "a map from paths to their values";
    case Kind::record:
      return "a map of settings";
  }
  return {};
}

std::variant<Count, QuantityError> parse_count(std::string_view text) {
  if (auto foreign = foreign_number(text)) return *foreign;
  Count value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return QuantityError{"is a number far too large: " + in_quotes(text), {}};
  }
  if (error != std::errc{} || end != text.data() + text.size()) {
    return QuantityError{"must be a whole number, not " + in_quotes(text), {}};
  }
  return value;
}

std::variant<double, QuantityError> parse_quantity(Kind kind, std::string_view text) {
  if (auto foreign = foreign_number(text)) return *foreign;
  const auto parts = split(text);
  if (!parts) return QuantityError{"must be " + expectation(kind) + ", not " + in_quotes(text), {}};
  const Unit* found = nullptr;
  for (const Unit& unit : units(kind)) {
    if (unit.name == parts->unit) found = &unit;
  }
  if (!found && parts->unit.empty()) {
    const std::string number(parts->number.substr(0, 40));
    return QuantityError{"needs a unit",
                         "write " + number + std::string(usual_unit(kind)) + ", not " + number};
  }
  if (!found) return wrong_unit(kind, parts->number.substr(0, 40), parts->unit);
  double value = 0.0;
  const auto [end, error] =
      std::from_chars(parts->number.data(), parts->number.data() + parts->number.size(), value);
  if (error != std::errc{} || end != parts->number.data() + parts->number.size()) {
    return QuantityError{"is a number beyond all reason: " + in_quotes(text), {}};
  }
  value = value * found->multiplier / found->divisor;
  if (!std::isfinite(value)) return QuantityError{"is a number beyond all reason: " + in_quotes(text), {}};
  return value;
}

bool is_range(std::string_view text) {
  return text.find("..") != std::string_view::npos;
}

std::variant<Range, QuantityError> parse_range(Kind kind, std::string_view text) {
  if (!is_range(text)) {
    const auto single = parse_quantity(kind, text);
    if (const auto* error = std::get_if<QuantityError>(&single)) return *error;
    return Range{std::get<double>(single), std::get<double>(single)};
  }
  const std::size_t dots = text.find("..");
  std::string low(text.substr(0, dots));
  const std::string_view high = text.substr(dots + 2);
  const auto low_parts = split(low);
  const auto high_parts = split(high);
  if (!low_parts || !high_parts || low_parts->number.size() > 64) {
    return QuantityError{"must be a range such as " +
                             std::string(kind == Kind::duration ? "20us..30us" : "1.03..1.15") + ", not " +
                             in_quotes(text),
                         {}};
  }
  if (low_parts->unit.empty()) low += high_parts->unit;
  const auto first = parse_quantity(kind, low);
  if (const auto* error = std::get_if<QuantityError>(&first)) return *error;
  const auto last = parse_quantity(kind, high);
  if (const auto* error = std::get_if<QuantityError>(&last)) return *error;
  const Range range{std::get<double>(first), std::get<double>(last)};
  if (range.low > range.high) {
    return QuantityError{"is a range whose ends are swapped: " + in_quotes(text),
                         "write the smaller end first"};
  }
  return range;
}

std::string format_quantity(Kind kind, double value) {
  const auto plain = [](double number) {
    std::array<char, 40> buffer{};
    const int written = std::snprintf(buffer.data(), buffer.size(), "%.12g", number);
    return std::string(buffer.data(), static_cast<std::size_t>(written));
  };
  if (kind == Kind::count) return std::to_string(static_cast<Count>(value));
  if (kind == Kind::rate) return plain(value) + "/s";
  if (kind == Kind::fraction) return plain(value * 100.0) + "%";
  if (kind != Kind::duration && kind != Kind::bytes) return plain(value);
  if (!std::isfinite(value) || value == 0.0) return plain(value) + (kind == Kind::bytes ? "B" : "s");
  // The largest unit in which the number is short, else the SI unit. Binary sizes come before decimal ones.
  const std::span<const Unit> known = units(kind);
  for (auto unit = known.rbegin(); unit != known.rend(); ++unit) {
    const bool abbreviation = kind == Kind::bytes && unit->name != "B" && unit->name.back() != 'B';
    const double number = value / unit->multiplier * unit->divisor;
    const std::string text = plain(number);
    const bool is_short = text.size() <= 5 && text.find('e') == std::string::npos;
    if (!abbreviation && std::abs(number) >= 1.0 && is_short) return text + std::string(unit->name);
  }
  return plain(value) + (kind == Kind::bytes ? "B" : "s");
}

std::string quantity_pattern(Kind kind, bool ranges) {
  const std::string number = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?";
  std::string names;
  bool unit_needed = true;
  for (const Unit& unit : units(kind)) {
    if (unit.name.empty()) {
      unit_needed = false;
    } else {
      names += names.empty() ? " ?(" : "|";
      names += unit.name;
    }
  }
  if (!names.empty()) names += ")";
  std::string pattern = "^";
  if (ranges) {
    pattern += "(" + number;
    if (!names.empty()) pattern += "(" + names + ")?";
    pattern += "\\.\\.)?";
  }
  pattern += number;
  pattern += unit_needed || names.empty() ? names : "(" + names + ")?";
  return pattern + "$";
}

}  // namespace models
