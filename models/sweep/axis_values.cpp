// SPDX-License-Identifier: MIT
#include "models/sweep/axis_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "models/fields/quantity_text.hpp"
#include "models/fields/spelling.hpp"
#include "sim/random/elementary.hpp"

namespace models {
namespace {

constexpr std::string_view spellings = "write 1,2,4 or 1..16 or 10ms..40ms by 10ms or log 1..64";
constexpr std::string_view logarithm = "log ";
constexpr std::string_view by = " by ";
constexpr std::string_view dots = "..";
// Whole numbers are exact up to here.
constexpr double exact = 9007199254740992.0;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

struct Number {
  double value = 0.0;
  int decimals = 0;
  std::string unit;
  std::string_view text;
};

std::optional<Number> number_of(std::string_view text) {
  Number number;
  number.text = trimmed(text);
  const char* const begin = number.text.data();
  const char* const end = begin + number.text.size();
  const auto [rest, error] = std::from_chars(begin, end, number.value, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view digits(begin, static_cast<std::size_t>(rest - begin));
  if (const std::size_t point = digits.find('.'); point != std::string_view::npos) {
    number.decimals = static_cast<int>(digits.size() - point - 1);
  }
  number.unit = trimmed(std::string_view(rest, static_cast<std::size_t>(end - rest)));
  return number;
}

std::string text_of(double value, const std::string& unit) {
  return format_quantity(Kind::number, value) + unit;
}

// Values of a geometric sequence up to the upper end, which rounding may miss by a hair.
std::size_t factors_within(double low, double high, double factor) {
  std::size_t count = 0;
  for (double value = low; value <= high * (1.0 + 1e-9); value *= factor) ++count;
  return count;
}

}  // namespace

AxisValues::AxisValues(std::vector<std::string> list) : list_(std::move(list)) {
  for (const std::string& value : list_) written_ += (written_.empty() ? "" : ",") + value;
}

std::variant<AxisValues, TextError> AxisValues::parse_range(std::string_view text) {
  const auto wrong = [&](std::string_view part, std::string problem, std::string remedy) {
    return TextError{static_cast<std::size_t>(part.data() - text.data()),
                     std::max<std::size_t>(part.size(), 1), std::move(problem), std::move(remedy)};
  };
  Range range;
  std::string_view rest = text;
  if (rest.starts_with(logarithm)) {
    range.logarithmic = true;
    rest.remove_prefix(logarithm.size());
  }
  std::string_view step_text;
  if (const std::size_t at = rest.find(by); at != std::string_view::npos) {
    step_text = rest.substr(at + by.size());
    rest = rest.substr(0, at);
    range.step_stated = true;
  }
  const std::size_t at = rest.find(dots);
  if (at == std::string_view::npos)
    return wrong(rest, in_quotes(rest) + " is no range", "write for example log 1..64");
  const std::string_view low_text = rest.substr(0, at);
  const std::string_view high_text = rest.substr(at + dots.size());
  const std::optional<Number> low = number_of(low_text);
  const std::optional<Number> high = number_of(high_text);
  if (!low) return wrong(low_text, in_quotes(low_text) + " is no number", std::string(spellings));
  if (!high) return wrong(high_text, in_quotes(high_text) + " is no number", std::string(spellings));
  range.unit = high->unit;
  if (!low->unit.empty() && low->unit != range.unit) {
    return wrong(rest, "both ends of a range need the same unit", "write for example 5ms..40ms");
  }
  range.low = low->value;
  range.high = high->value;
  if (!(range.low < range.high))
    return wrong(rest, "the range does not ascend", "write the smaller end first");
  int decimals = low->decimals;
  if (range.logarithmic) range.step = 2.0;
  if (range.step_stated) {
    const std::optional<Number> step = number_of(step_text);
    const bool unit_fits = step && (step->unit.empty() || (!range.logarithmic && step->unit == range.unit));
    if (!step || !unit_fits || !(step->value > (range.logarithmic ? 1.0 : 0.0))) {
      return wrong(
          step_text,
          in_quotes(step_text) +
              (range.logarithmic ? " is no factor above 1" : " is no step in the unit of the range"),
          range.logarithmic ? "write for example log 1..1000 by 10" : "write for example 10ms..40ms by 10ms");
    }
    range.step = step->value;
    decimals = std::max(decimals, step->decimals);
  }
  if (range.logarithmic) {
    if (!(range.low > 0.0))
      return wrong(low_text, "a logarithmic range begins above zero", "write for example log 1..64");
    if (range.high / range.low > 1e18 || range.step < 1.0001)
      return wrong(rest, "the range has too many values", {});
    range.count = factors_within(range.low, range.high, range.step);
  } else {
    for (int i = 0; i < std::min(decimals, 18); ++i) range.scale *= 10.0;
    if (std::abs(range.low) * range.scale > exact || std::abs(range.high) * range.scale > exact ||
        range.step * range.scale < 1.0) {
      return wrong(rest, "the range has more digits than can be counted exactly", {});
    }
    range.count =
        static_cast<std::size_t>(std::floor((range.high * range.scale - std::round(range.low * range.scale)) /
                                                std::round(range.step * range.scale) +
                                            1e-9)) +
        1;
  }
  if (range.count < 2) {
    return wrong(rest, "the range holds one value only",
                 "say how far apart the values are, for example 1.0..1.5 by 0.1");
  }
  AxisValues values{std::vector<std::string>{}};
  values.written_ = text;
  values.range_ = std::move(range);
  return values;
}

std::variant<AxisValues, TextError> AxisValues::parse(std::string_view text) {
  std::vector<std::string> list;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (i < text.size() && (c != ',' || depth > 0)) continue;
    const std::string_view item = trimmed(text.substr(start, i - start));
    if (item.empty())
      return TextError{start, std::max<std::size_t>(i - start, 1), "a value is missing here",
                       std::string(spellings)};
    if (std::ranges::find(list, item) != list.end()) {
      return TextError{start, i - start, in_quotes(item) + " is there twice", {}};
    }
    list.emplace_back(item);
    start = i + 1;
  }
  const bool is_range =
      list.size() == 1 && (text.starts_with(logarithm) || text.find(dots) != std::string_view::npos);
  if (is_range) return parse_range(text);
  return AxisValues(std::move(list));
}

std::string AxisValues::at(std::size_t index) const {
  if (!range_) return list_[index];
  double value = range_->low;
  if (range_->logarithmic) {
    for (std::size_t i = 0; i < index; ++i) value *= range_->step;
  } else {
    value = (std::round(range_->low * range_->scale) +
             static_cast<double>(index) * std::round(range_->step * range_->scale)) /
            range_->scale;
  }
  return text_of(value, range_->unit);
}

std::string AxisValues::sample(double position, bool whole) const {
  if (!continuous()) return at(static_cast<std::size_t>(position * static_cast<double>(size())));
  const double low = range_->low;
  const double end = range_->high + (whole ? 1.0 : 0.0);
  const double value = range_->logarithmic ? low * sim::exp_portable(position * sim::log_portable(end / low))
                                           : low + position * (end - low);
  return text_of(std::min(whole ? std::floor(value) : value, range_->high), range_->unit);
}

}  // namespace models
