// SPDX-License-Identifier: MIT
// Fields of a CSV file (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace report {

// In quotes where it needs them.
std::string csv_quoted(std::string_view text);

// Shortest text that reads back; empty when it is not finite.
std::string csv_number(double value);

}  // namespace report
