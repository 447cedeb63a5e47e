// SPDX-License-Identifier: MIT
// Quantities as people write them: `20ms`, `512Mi`, `120/s`, `500m`, `0.1%`, `1.03..1.15`. The list of units
// is closed and a unit is never guessed; numbers are decimal (no octal, hexadecimal, infinities or leading
// zeros). Values are in SI units.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "models/fields/reflection.hpp"

namespace models {

// Why a text is not what was asked: a predicate that follows the parameter's name, and a remedy.
struct QuantityError {
  std::string problem;
  std::string remedy;
};

struct Range {
  double low = 0.0;
  double high = 0.0;
};

std::variant<Count, QuantityError> parse_count(std::string_view text);
std::variant<double, QuantityError> parse_quantity(Kind kind, std::string_view text);
bool is_range(std::string_view text);
// `20us..30us`; a unit at the end alone holds for both ends. A single quantity is a range of no width.
std::variant<Range, QuantityError> parse_range(Kind kind, std::string_view text);

// Shortest text that reads back as the value to 12 digits.
std::string format_quantity(Kind kind, double value);

// "a time such as 20ms": what a kind of parameter expects.
std::string expectation(Kind kind);

// The pattern (ECMA 262, anchored) of the quantities of a kind, with ranges or without.
std::string quantity_pattern(Kind kind, bool ranges);

}  // namespace models
