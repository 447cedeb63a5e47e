// SPDX-License-Identifier: MIT
#include "models/scenario/value_reader.hpp"

#include <algorithm>
#include <vector>

#include "models/fields/metrics.hpp"
#include "models/fields/money_text.hpp"
#include "models/fields/spelling.hpp"
#include "models/fleet/day_metrics.hpp"

namespace models {

std::string_view shape_name(const YamlNode& node) {
  switch (node.shape) {
    case YamlNode::Shape::list:
      return "a list";
    case YamlNode::Shape::map:
      return "a map";
    case YamlNode::Shape::scalar:
      return "a plain value";
    case YamlNode::Shape::empty:
      return "nothing";
  }
  return {};
}

bool ValueReader::expect_scalar(const Target& target, Kind kind, const YamlNode& node) {
  if (node.shape == YamlNode::Shape::scalar) return true;
  const std::string help =
      target.field->example.empty() ? "" : "for example " + std::string(target.field->example);
  if (node.shape == YamlNode::Shape::empty) {
    diagnostics_.error(node.value_place(), target.label + " has no value", "expected " + expectation(kind),
                       target.path);
  } else {
    diagnostics_.error(
        node.place, target.label + " must be " + expectation(kind) + ", not " + std::string(shape_name(node)),
        help, target.path);
  }
  return false;
}

void ValueReader::wrong(const Target& target, const YamlNode& node, const QuantityError& error) {
  diagnostics_.error(node.value_place(), target.label + " " + error.problem, error.remedy, target.path);
}

std::optional<Scalar> ValueReader::read(const Target& target, const Type& type, const YamlNode& node) {
  const auto unit = target.field->unit_of.empty() ? std::optional(type.kind) : kind_by_metric(target);
  if (!unit) return std::nullopt;
  if (type.measured) {
    const auto number = measured(target, *unit, node);
    return number ? std::optional(Scalar{*number}) : std::nullopt;
  }
  if (!expect_scalar(target, *unit, node)) return std::nullopt;
  switch (*unit) {
    case Kind::text:
      return text(target, node);
    case Kind::word:
      return word(target, type.words, node);
    case Kind::boolean:
      return boolean(target, node);
    case Kind::count:
      return count(target, node);
    case Kind::money:
    case Kind::price:
      return money(target, *unit, node);
    default:
      break;
  }
  const auto value = quantity(target, *unit, node);
  return value ? std::optional(Scalar{*value}) : std::nullopt;
}

std::optional<Scalar> ValueReader::boolean(const Target& target, const YamlNode& node) {
  if (!node.quoted && node.scalar == "true") return Scalar{true};
  if (!node.quoted && node.scalar == "false") return Scalar{false};
  wrong(target, node, {"must be true or false, not " + in_quotes(node.scalar), {}});
  return std::nullopt;
}

std::optional<Scalar> ValueReader::money(const Target& target, Kind kind, const YamlNode& node) {
  const auto parsed = kind == Kind::price ? parse_price(node.scalar) : parse_money(node.scalar);
  if (const auto* error = std::get_if<QuantityError>(&parsed)) {
    wrong(target, node, *error);
    return std::nullopt;
  }
  return Scalar{std::get<Money>(parsed)};
}

std::optional<Scalar> ValueReader::count(const Target& target, const YamlNode& node) {
  if (!node.quoted && !target.field->zero_word.empty() && node.scalar == target.field->zero_word) {
    return Scalar{Count{0}};
  }
  if (node.quoted) {
    wrong(target, node, {"must be a whole number, not a text in quotes", "remove the quotes"});
    return std::nullopt;
  }
  const auto parsed = parse_count(node.scalar);
  if (const auto* error = std::get_if<QuantityError>(&parsed)) {
    wrong(target, node, *error);
    return std::nullopt;
  }
  const Count value = std::get<Count>(parsed);
  if (!within_limits(target, Kind::count, static_cast<double>(value), node)) return std::nullopt;
  return Scalar{value};
}

std::optional<Scalar> ValueReader::word(const Target& target, const std::vector<std::string_view>& words,
                                        const YamlNode& node) {
  const auto found = std::find(words.begin(), words.end(), node.scalar);
  if (found != words.end()) return Scalar{static_cast<Count>(found - words.begin())};
  std::string known;
  for (const std::string_view name : words) known.append(known.empty() ? "" : ", ").append(name);
  const std::string_view guess = nearest(node.scalar, words);
  wrong(target, node,
        {"must be one of " + known + ", not " + in_quotes(node.scalar),
         guess.empty() ? std::string() : did_you_mean(node.scalar, words)});
  return std::nullopt;
}

std::optional<Scalar> ValueReader::text(const Target& target, const YamlNode& node) {
  for (const char c : node.scalar) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F) {
      wrong(target, node, {"has a control character", "remove it"});
      return std::nullopt;
    }
  }
  if (target.field->choices) {
    const std::vector<Choice> choices = target.field->choices();
    std::vector<std::string_view> names;
    names.reserve(choices.size());
    for (const Choice& choice : choices) names.push_back(choice.name);
    if (std::find(names.begin(), names.end(), node.scalar) == names.end()) {
      wrong(target, node,
            {"names no known one: " + in_quotes(node.scalar), did_you_mean(node.scalar, names)});
      return std::nullopt;
    }
  }
  return Scalar{node.scalar};
}

std::optional<Kind> ValueReader::kind_by_metric(const Target& target) const {
  const YamlNode* name = target.record ? target.record->find(target.field->unit_of) : nullptr;
  if (!name) return std::nullopt;
  std::string_view unit;
  for (const MetricInfo& metric : metric_table()) {
    if (metric.name == name->scalar) unit = metric.unit;
  }
  if (const CapacityMetricInfo* metric = find_capacity_metric(name->scalar)) unit = metric->unit;
  if (const DayMetricInfo* metric = find_day_metric(name->scalar)) unit = metric->unit;
  if (unit.empty()) return std::nullopt;
  if (unit == "s") return Kind::duration;
  if (unit == "1/s") return Kind::rate;
  if (unit == "cores") return Kind::cores;
  if (unit == "bytes") return Kind::bytes;
  if (unit == "1") return Kind::fraction;
  return Kind::number;
}

bool ValueReader::within_limits(const Target& target, Kind kind, double value, const YamlNode& node) {
  Field field = *target.field;
  Type type;
  type.kind = kind;
  field.type = &type;
  const Limits limits = effective_limits(field);
  if (value > limits.low || (value == limits.low && !limits.low_excluded)) {
    if (value <= limits.high) return true;
    wrong(target, node,
          {"must be at most " + format_quantity(kind, limits.high) + ", not " + in_quotes(node.scalar), {}});
    return false;
  }
  wrong(target, node,
        {(limits.low_excluded ? "must be more than " : "must be at least ") +
             format_quantity(kind, limits.low) + ", not " + in_quotes(node.scalar),
         {}});
  return false;
}

std::optional<double> ValueReader::quantity(const Target& target, Kind kind, const YamlNode& node) {
  if (kind == Kind::number && node.quoted) {
    wrong(target, node, {"must be a number, not a text in quotes", "remove the quotes"});
    return std::nullopt;
  }
  if (is_range(node.scalar)) {
    wrong(target, node,
          {"must be a single value, not the range " + in_quotes(node.scalar),
           "only the numbers of a profile may be ranges"});
    return std::nullopt;
  }
  const auto parsed = parse_quantity(kind, node.scalar);
  if (const auto* error = std::get_if<QuantityError>(&parsed)) {
    wrong(target, node, *error);
    return std::nullopt;
  }
  const double value = std::get<double>(parsed);
  if (!within_limits(target, kind, value, node)) return std::nullopt;
  return value;
}

std::optional<Range> ValueReader::range(const Target& target, Kind kind, const YamlNode& node) {
  if (!expect_scalar(target, kind, node)) return std::nullopt;
  const auto parsed = parse_range(kind, node.scalar);
  if (const auto* error = std::get_if<QuantityError>(&parsed)) {
    wrong(target, node, *error);
    return std::nullopt;
  }
  const Range value = std::get<Range>(parsed);
  if (!within_limits(target, kind, value.low, node) || !within_limits(target, kind, value.high, node)) {
    return std::nullopt;
  }
  return value;
}

Measured<double> ValueReader::point(const Range& ends, const YamlNode& node) const {
  const double middle = ends.low == ends.high ? ends.low : ends.low + (ends.high - ends.low) / 2.0;
  const bool from_measurement = measured_source_ && node.place.source == measured_source_;
  const Basis basis = stated_basis_.value_or(from_measurement ? Basis::measured : Basis::assumed);
  return {middle, ends.low, ends.high, basis, {}};
}

std::optional<Measured<double>> ValueReader::measured(const Target& target, Kind kind, const YamlNode& node) {
  if (node.shape == YamlNode::Shape::map) return measured_map(target, kind, node);
  const auto ends = range(target, kind, node);
  return ends ? std::optional(point(*ends, node)) : std::nullopt;
}

std::optional<Measured<double>> ValueReader::measured_map(const Target& target, Kind kind,
                                                          const YamlNode& node) {
  const std::vector<std::string_view> known{"value", "range", "basis", "source"};
  const std::size_t errors_before = diagnostics_.errors();
  for (const YamlNode& child : node.children) {
    if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
    diagnostics_.error(child.key_place, "unknown key " + in_quotes(child.key) + " in " + target.label,
                       did_you_mean(child.key, known), target.path);
  }
  const YamlNode* value = node.find("value");
  const YamlNode* ends = node.find("range");
  if (!value && !ends) {
    diagnostics_.error(node.key_place, target.label + " needs a 'value' or a 'range'", {}, target.path);
    return std::nullopt;
  }
  const auto part = [&target](const YamlNode& at) {
    Target inner = target;
    inner.label = in_quotes(at.key) + " of " + target.label;
    return inner;
  };
  const auto middle = value ? range(part(*value), kind, *value) : range(part(*ends), kind, *ends);
  const auto outer = ends ? range(part(*ends), kind, *ends) : middle;
  if (!middle || !outer) return std::nullopt;
  Measured<double> number = point(*middle, node);
  number.low = outer->low;
  number.high = outer->high;
  if (number.value < number.low || number.value > number.high) {
    diagnostics_.error(ends->place, "the range of " + target.label + " does not hold its value", {},
                       target.path);
  }
  if (const YamlNode* basis = node.find("basis"); basis && expect_scalar(part(*basis), Kind::word, *basis)) {
    const auto names = words(Basis{});
    if (const auto index = word(part(*basis), {names.begin(), names.end()}, *basis)) {
      number.basis = static_cast<Basis>(std::get<Count>(*index));
    }
  }
  if (const YamlNode* source = node.find("source");
      source && expect_scalar(part(*source), Kind::text, *source)) {
    Field any_text;
    Target inner = part(*source);
    inner.field = &any_text;
    if (const auto sentence = text(inner, *source)) number.source = std::get<std::string>(*sentence);
  }
  if (diagnostics_.errors() > errors_before) return std::nullopt;
  return number;
}

}  // namespace models
