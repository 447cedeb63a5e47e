// SPDX-License-Identifier: MIT
// How a person reads a number: three significant digits and the unit that keeps it short (12.3ms, 310MiB, 1990/s).
// Tables and sentences both use these, so a number that stands in both is the same text.
// Units are those of models::MetricInfo: "s", "1/s", "cores", "bytes", "1" (a share, shown in percent), "count".
#pragma once

#include <string>
#include <string_view>

#include "models/comparison/comparison.hpp"

namespace report {

inline constexpr std::string_view not_applicable = "-";

// `-` for NaN.
std::string format_value(double value, std::string_view unit);

// What a user wrote, with all its digits.
std::string format_setting(double value, std::string_view unit);

// `233/s`; `150..230ms` for a range; `233±41/s` where the half width is above 5 % of the mean.
std::string format_estimate(const models::Estimate& estimate, std::string_view unit);

// The highest load at the SLO: `812/s`, `24`, `none: p99`, `over 1000000/s`.
std::string format_capacity(const models::Capacity& capacity);
// Unit of its load.
std::string_view unit_of(models::LoadAxis axis);

// The words of models' enumerators as YAML and JSON spell them.
std::string_view word(models::Basis basis);
std::string_view word(models::Binds binds);
std::string_view word(models::SloVerdict verdict);
std::string_view word(models::Verdict verdict);

}  // namespace report
