// SPDX-License-Identifier: MIT
#include "tools/report/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <span>
#include <utility>

#include "models/fields/field.hpp"
#include "models/fields/quantity_text.hpp"

namespace report {
namespace {

struct Scale {
  double size;           // one shown unit in SI
  std::string_view name;
};

constexpr std::array<Scale, 4> time_scales{{{1e-9, "ns"}, {1e-6, "us"}, {1e-3, "ms"}, {1.0, "s"}}};
constexpr std::array<Scale, 5> byte_scales{
    {{1.0, "B"}, {1024.0, "KiB"}, {1048576.0, "MiB"}, {1073741824.0, "GiB"}, {1099511627776.0, "TiB"}}};
constexpr std::array<Scale, 1> rate_scales{{{1.0, "/s"}}};
constexpr std::array<Scale, 1> share_scales{{{0.01, "%"}}};
constexpr std::array<Scale, 1> plain_scales{{{1.0, ""}}};

std::span<const Scale> scales(std::string_view unit) {
  if (unit == "s") return time_scales;
  if (unit == "bytes") return byte_scales;
  if (unit == "1/s") return rate_scales;
  if (unit == "1") return share_scales;
  return plain_scales;
}

double rounded(double value) {
  // By way of decimal text: rounding in binary would show 2.995 as 2.99 on one machine and as 3.00 on another.
  return std::strtod(fmt::format("{:.2e}", value).c_str(), nullptr);
}

// The largest unit of which there is at least one, judged after rounding so that 999.9us becomes 1.00ms.
const Scale& scale_for(double value, std::string_view unit) {
  const std::span<const Scale> choices = scales(unit);
  const double size = std::abs(rounded(value)) * (1.0 + 1e-12);
  const Scale* chosen = &choices.front();
  for (const Scale& scale : choices) {
    if (size >= scale.size) chosen = &scale;
  }
  return size == 0.0 ? choices.back() : *chosen;
}

// Decimals that show three significant digits.
int decimals(double value) {
  const int leading = static_cast<int>(std::floor(std::log10(std::abs(rounded(value))) + 1e-12));
  return std::clamp(2 - leading, 0, 12);
}

std::string digits(double value) {
  return rounded(value) == 0.0 ? "0" : fmt::format("{:.{}f}", rounded(value), decimals(value));
}

std::string in_scale(double value, const Scale& scale, std::string_view unit) {
  const double shown = value / scale.size;
  if (unit == "count" && shown == std::floor(shown) && std::abs(shown) < 1e6) return fmt::format("{:.0f}", shown);
  return digits(shown);
}

}  // namespace

std::string format_value(double value, std::string_view unit) {
  if (std::isnan(value)) return std::string(not_applicable);
  if (std::isinf(value)) return value > 0 ? "unlimited" : "-unlimited";
  if (value == 0.0) return "0";
  const Scale& scale = scale_for(value, unit);
  return in_scale(value, scale, unit) + std::string(scale.name);
}

std::string format_setting(double value, std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, models::Kind>, 5> kinds{{{"s", models::Kind::duration},
                                                                          {"1/s", models::Kind::rate},
                                                                          {"cores", models::Kind::cores},
                                                                          {"bytes", models::Kind::bytes},
                                                                          {"1", models::Kind::fraction}}};
  const auto* known = std::ranges::find(kinds, unit, &std::pair<std::string_view, models::Kind>::first);
  return models::format_quantity(known == kinds.end() ? models::Kind::number : known->second, value);
}

std::string format_estimate(const models::Estimate& estimate, std::string_view unit) {
  if (std::isnan(estimate.mean) || std::isinf(estimate.mean)) return format_value(estimate.mean, unit);
  if (estimate.is_range()) {
    const auto [low, high] = std::minmax(estimate.low, estimate.high);
    const Scale& scale = scale_for(high, unit);
    const std::string from = in_scale(low, scale, unit);
    const std::string to = in_scale(high, scale, unit);
    if (from != to) return fmt::format("{}..{}{}", from, to, scale.name);
    return to + std::string(scale.name);
  }
  const bool wide = std::isfinite(estimate.half_width) && estimate.half_width > 0.05 * std::abs(estimate.mean);
  if (!wide) return format_value(estimate.mean, unit);
  const Scale& scale = scale_for(std::max(std::abs(estimate.mean), estimate.half_width), unit);
  // A half width has no more decimals than what it belongs to.
  const int places = decimals((estimate.mean == 0.0 ? estimate.half_width : estimate.mean) / scale.size);
  return fmt::format("{}±{:.{}f}{}", in_scale(estimate.mean, scale, unit), estimate.half_width / scale.size, places,
                     scale.name);
}

std::string format_capacity(const models::Capacity& capacity) {
  if (!capacity.any) return "none: " + capacity.reason;
  const std::string load = format_estimate(capacity.load, unit_of(capacity.axis));
  return capacity.bounded ? load : "over " + load;
}

std::string_view unit_of(models::LoadAxis axis) { return axis == models::LoadAxis::rate ? "1/s" : "count"; }

std::string_view word(models::Basis basis) { return models::word(basis); }

std::string_view word(models::Binds binds) { return models::word(binds); }

std::string_view word(models::SloVerdict verdict) {
  constexpr std::array<std::string_view, 4> words{"none", "ok", "missed", "undecided"};
  return words[static_cast<std::size_t>(verdict)];
}

std::string_view word(models::Verdict verdict) {
  constexpr std::array<std::string_view, 3> words{"less", "no_difference_proven", "more"};
  return words[static_cast<std::size_t>(verdict)];
}

}  // namespace report
