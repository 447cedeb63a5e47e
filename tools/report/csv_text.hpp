// SPDX-License-Identifier: MIT
// Fields of a CSV file (RFC 4180).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace report {

// One field of a flat row: nothing, yes or no, a whole number, a number, a text.
using Cell = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

// As a field: nothing and numbers that are not finite are empty.
std::string csv_field(const Cell& cell);

// In quotes where it needs them.
std::string csv_quoted(std::string_view text);

// Shortest text that reads back; empty when it is not finite.
std::string csv_number(double value);

}  // namespace report
