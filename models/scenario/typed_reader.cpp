// SPDX-License-Identifier: MIT
#include "models/scenario/typed_reader.hpp"

#include <algorithm>
#include <utility>

#include "models/fields/metrics.hpp"
#include "models/fields/spelling.hpp"

namespace models {

namespace {

std::string joined(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

// "'a', 'b' or 'c'"
std::string alternatives(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += in_quotes(names[i]);
  }
  return text;
}

std::string listed(const std::vector<std::string_view>& names) {
  constexpr std::size_t most = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i ? ", " : "") + std::string(names[i]);
  return names.size() > most ? text + ", ..." : text;
}

std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& known) {
  const std::string_view guess = nearest(written, known);
  return guess.empty() ? "known are " + listed(known) : "did you mean " + in_quotes(guess) + "?";
}

std::string_view shape_name(const YamlNode& node) {
  switch (node.shape) {
    case YamlNode::Shape::list: return "a list";
    case YamlNode::Shape::map: return "a map";
    case YamlNode::Shape::scalar: return "a plain value";
    case YamlNode::Shape::empty: return "nothing";
  }
  return {};
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-.+/:@").find(c) != std::string_view::npos;
}

}  // namespace

void TypedReader::read(const Record& record, const YamlNode& node, void* object, const std::string& path) {
  const Field* shorthand = record.shorthand.empty() ? nullptr : record.find(record.shorthand);
  const bool measured_map =
      shorthand && shorthand->type->measured && node.find("value") && !record.find("value");
  if (shorthand && (node.shape == YamlNode::Shape::scalar || measured_map)) {
    read_field(*shorthand, node, nullptr, object, path);
    return;
  }
  if (node.shape == YamlNode::Shape::empty) {
    diagnostics_.error(node.value_place(), path.empty() ? "nothing is written in this file"
                       : node.key.empty() ? "nothing is written here" : in_quotes(node.key) + " has no value",
                       "expected a map of settings", path);
    return;
  }
  if (node.shape != YamlNode::Shape::map) {
    std::string help;
    if (node.shape == YamlNode::Shape::scalar && node.scalar.find(':') != std::string::npos) {
      help = "write a space after the colon";
    }
    diagnostics_.error(node.place, (node.key.empty() ? std::string("this") : in_quotes(node.key)) +
                                       " must be a map of settings, not " + std::string(shape_name(node)),
                       help, path);
    return;
  }
  check_keys(record, node, path);
  check_exclusive(record, node, path);
  const auto outer_basis = stated_basis_;
  for (const Field& field : record.fields) {
    const YamlNode* child = node.find(field.name);
    if (!child) {
      if (field.required) {
        diagnostics_.error(node.key_place, in_quotes(field.name) + " is missing" +
                                               (node.key.empty() ? "" : " in " + in_quotes(node.key)),
                           field.example.empty() ? "" : "add '" + std::string(field.name) + ": " + std::string(field.example) + "'",
                           joined(path, field.name));
      }
      continue;
    }
    if (check_needs(field, *child, node, path)) read_field(field, *child, &node, object, path);
  }
  stated_basis_ = outer_basis;
}

void TypedReader::check_keys(const Record& record, const YamlNode& node, const std::string& path) {
  for (const YamlNode& child : node.children) {
    if (record.find(child.key)) continue;
    std::vector<std::string_view> known;
    for (const Field& field : record.fields) known.push_back(field.name);
    const std::string_view guess = nearest(child.key, known);
    const bool colon_stuck = child.key.find(':') != std::string::npos && child.shape == YamlNode::Shape::empty;
    diagnostics_.error(child.key_place, "unknown key " + in_quotes(child.key) +
                                            (node.key.empty() ? "" : " in " + in_quotes(node.key)),
                       colon_stuck ? "write a space after the colon" : did_you_mean(child.key, known),
                       colon_stuck ? std::string() : guess.empty() ? path : joined(path, guess));
  }
}

void TypedReader::check_exclusive(const Record& record, const YamlNode& node, const std::string& path) {
  for (const Exclusive& group : record.exclusive) {
    const YamlNode* first = nullptr;
    bool conflict = false;
    for (const YamlNode& child : node.children) {
      if (std::find(group.names.begin(), group.names.end(), child.key) == group.names.end()) continue;
      if (first) {
        conflict = true;
        diagnostics_.error(child.key_place, in_quotes(child.key) + " and " + in_quotes(first->key) + " exclude each other",
                           "keep one of " + alternatives(group.names), path);
      } else {
        first = &child;
      }
    }
    if (!first && !conflict && group.one_needed) {
      // A misspelt one is reported as unknown already.
      const bool misspelt = std::any_of(node.children.begin(), node.children.end(), [&](const YamlNode& child) {
        return !record.find(child.key) && !nearest(child.key, group.names).empty();
      });
      if (!misspelt) {
        diagnostics_.error(node.key_place, (node.key.empty() ? std::string("this") : in_quotes(node.key)) + " needs " +
                                               (group.names.size() == 2 ? "either " : "one of ") +
                                               alternatives(group.names), {}, path);
      }
    }
  }
}

bool TypedReader::check_needs(const Field& field, const YamlNode& child, const YamlNode& record, const std::string& path) {
  for (const Needs& need : field.needs) {
    const YamlNode* neighbour = record.find(need.key);
    if (neighbour && (need.values.empty() || contains_word(need.values, neighbour->scalar))) continue;
    std::string condition(need.key);
    if (!need.values.empty()) {
      std::string values(need.values);
      for (std::size_t bar = values.find('|'); bar != std::string::npos; bar = values.find('|')) values.replace(bar, 1, " or ");
      condition += ": " + values;
    }
    diagnostics_.error(child.key_place, in_quotes(field.name) + " has an effect only with '" + condition + "'",
                       "add that, or leave " + in_quotes(field.name) + " out", joined(path, field.name));
    return false;
  }
  return true;
}

void TypedReader::read_field(const Field& field, const YamlNode& node, const YamlNode* record, void* object,
                             const std::string& path) {
  if (field.choose) field.choose(object);
  const std::string label = in_quotes(record || node.key.empty() ? std::string(field.name) : node.key);
  const Target target{&field, label, record ? joined(path, field.name) : path, record};
  void* member = field.member(object);
  read_value(target, *field.type, node, member);
  if (field.default_basis) {
    const Scalar value = field.type->get(member);
    if (node.shape == YamlNode::Shape::scalar) stated_basis_ = static_cast<Basis>(std::get<Count>(value));
  }
}

void TypedReader::read_value(const Target& target, const Type& type, const YamlNode& node, void* object) {
  switch (type.kind) {
    case Kind::record: read(*type.record, node, object, target.path); return;
    case Kind::named: read_named(target, type, node, object); return;
    case Kind::list: read_list(target, type, node, object); return;
    case Kind::profiles: return;  // models/scenario/profile_reader.hpp: needs other files
    default:
      if (const auto value = scalar(target, type, node)) type.set(object, *value);
  }
}

bool TypedReader::check_size(const Target& target, const YamlNode& node) {
  const Limits limits = effective_limits(*target.field);
  const auto size = static_cast<double>(node.children.size());
  if (size >= limits.low && size <= limits.high) return true;
  const double wanted = size < limits.low ? limits.low : limits.high;
  diagnostics_.error(node.key_place,
                     target.label + (size < limits.low ? " needs at least " : " may have at most ") +
                         format_quantity(Kind::count, wanted) + (wanted == 1.0 ? " entry" : " entries") + ", not " +
                         std::to_string(node.children.size()),
                     {}, target.path);
  return false;
}

void TypedReader::read_named(const Target& target, const Type& type, const YamlNode& node, void* object) {
  if (node.shape != YamlNode::Shape::map) {
    diagnostics_.error(node.value_place(), target.label + (node.shape == YamlNode::Shape::empty ? " has no value" : " must be a map from names to their settings, not " + std::string(shape_name(node))),
                       target.field->example.empty() ? "" : "for example " + std::string(target.field->example), target.path);
    return;
  }
  if (!check_size(target, node)) return;
  const Record& element = *type.element->record;
  for (const YamlNode& child : node.children) {
    void* made = type.append(object);
    if (read_key(element, child, made)) read(element, child, made, target.path);
  }
}

bool TypedReader::is_name(const YamlNode& node) {
  constexpr std::size_t longest = 64;
  if (!node.key.empty() && node.key.size() <= longest &&
      std::all_of(node.key.begin(), node.key.end(), is_name_character)) {
    return true;
  }
  diagnostics_.error(node.key_place, in_quotes(node.key) + " is not a name",
                     "names have 1 to 64 letters, digits or _ - . + / : @");
  return false;
}

bool TypedReader::read_key(const Record& record, const YamlNode& node, void* object) {
  if (record.key_type->kind == Kind::text) {
    if (!is_name(node)) return false;
    record.key_type->set(record.key(object), Scalar{node.key});
    return true;
  }
  // p99, p99.9: a percentile.
  const auto percent = node.key.starts_with('p')
                           ? parse_quantity(Kind::number, std::string_view(node.key).substr(1))
                           : std::variant<double, QuantityError>(QuantityError{});
  const double* value = std::get_if<double>(&percent);
  if (!value || *value < 0.0 || *value > 100.0) {
    diagnostics_.error(node.key_place, in_quotes(node.key) + " is not a percentile between p0 and p100",
                       "write for example p50, p99 or p99.9");
    return false;
  }
  record.key_type->set(record.key(object), Scalar{*value / 100.0});
  return true;
}

void TypedReader::read_list(const Target& target, const Type& type, const YamlNode& node, void* object) {
  if (node.shape != YamlNode::Shape::list) {
    diagnostics_.error(node.value_place(), target.label + (node.shape == YamlNode::Shape::empty ? " has no value" : " must be a list, not " + std::string(shape_name(node))),
                       target.field->example.empty() ? "" : "for example " + std::string(target.field->example), target.path);
    return;
  }
  if (!check_size(target, node)) return;
  Field item = *target.field;
  item.limits = {};
  item.type = type.element;
  std::size_t position = 0;
  for (const YamlNode& child : node.children) {
    Target entry = target;
    entry.field = &item;
    entry.label = "item " + std::to_string(++position) + " of " + target.label;
    void* made = type.append(object);
    read_value(entry, *type.element, child, made);
  }
}

bool TypedReader::expect_scalar(const Target& target, Kind kind, const YamlNode& node) {
  if (node.shape == YamlNode::Shape::scalar) return true;
  const std::string help = target.field->example.empty() ? "" : "for example " + std::string(target.field->example);
  if (node.shape == YamlNode::Shape::empty) {
    diagnostics_.error(node.value_place(), target.label + " has no value", "expected " + expectation(kind), target.path);
  } else {
    diagnostics_.error(node.place, target.label + " must be " + expectation(kind) + ", not " + std::string(shape_name(node)),
                       help, target.path);
  }
  return false;
}

void TypedReader::wrong(const Target& target, const YamlNode& node, const QuantityError& error) {
  diagnostics_.error(node.value_place(), target.label + " " + error.problem, error.remedy, target.path);
}

std::optional<Scalar> TypedReader::scalar(const Target& target, const Type& type, const YamlNode& node) {
  const std::optional<Kind> unit = target.field->unit_of.empty() ? std::optional(type.kind) : kind_by_metric(target);
  if (!unit) return std::nullopt;
  const Kind kind = *unit;
  if (type.measured) {
    if (auto number = measured(target, kind, node)) return Scalar{std::move(*number)};
    return std::nullopt;
  }
  if (!expect_scalar(target, kind, node)) return std::nullopt;
  if (kind == Kind::text) return text(target, node);
  if (kind == Kind::word) return word(target, type, node);
  if (kind == Kind::boolean) {
    if (!node.quoted && node.scalar == "true") return Scalar{true};
    if (!node.quoted && node.scalar == "false") return Scalar{false};
    wrong(target, node, {"must be true or false, not " + in_quotes(node.scalar), {}});
    return std::nullopt;
  }
  if (kind != Kind::count) {
    if (const auto value = quantity(target, kind, node)) return Scalar{*value};
    return std::nullopt;
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
  const Count count = std::get<Count>(parsed);
  if (!within_limits(target, kind, static_cast<double>(count), node)) return std::nullopt;
  return Scalar{count};
}

std::optional<Scalar> TypedReader::word(const Target& target, const Type& type, const YamlNode& node) {
  const auto found = std::find(type.words.begin(), type.words.end(), node.scalar);
  if (found != type.words.end()) return Scalar{static_cast<Count>(found - type.words.begin())};
  const std::string_view guess = nearest(node.scalar, type.words);
  wrong(target, node, {"must be one of " + listed(type.words) + ", not " + in_quotes(node.scalar),
                       guess.empty() ? std::string() : "did you mean " + in_quotes(guess) + "?"});
  return std::nullopt;
}

std::optional<Scalar> TypedReader::text(const Target& target, const YamlNode& node) {
  for (const char c : node.scalar) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F) {
      wrong(target, node, {"has a control character", "remove it"});
      return std::nullopt;
    }
  }
  if (target.field->choices) {
    const std::vector<Choice> choices = target.field->choices();
    std::vector<std::string_view> names;
    for (const Choice& choice : choices) names.push_back(choice.name);
    if (std::find(names.begin(), names.end(), node.scalar) == names.end()) {
      wrong(target, node, {"names no known one: " + in_quotes(node.scalar), did_you_mean(node.scalar, names)});
      return std::nullopt;
    }
  }
  return Scalar{node.scalar};
}

std::optional<Kind> TypedReader::kind_by_metric(const Target& target) const {
  const YamlNode* name = target.record ? target.record->find(target.field->unit_of) : nullptr;
  for (const MetricInfo& metric : metric_table()) {
    if (!name || metric.name != name->scalar) continue;
    if (metric.unit == "s") return Kind::duration;
    if (metric.unit == "1/s") return Kind::rate;
    if (metric.unit == "cores") return Kind::cores;
    if (metric.unit == "bytes") return Kind::bytes;
    if (metric.unit == "1") return Kind::fraction;
    return Kind::number;
  }
  return std::nullopt;
}

bool TypedReader::within_limits(const Target& target, Kind kind, double value, const YamlNode& node) {
  Field field = *target.field;
  Type type;
  type.kind = kind;
  field.type = &type;
  const Limits limits = effective_limits(field);
  if (value > limits.low || (value == limits.low && !limits.low_excluded)) {
    if (value <= limits.high) return true;
    wrong(target, node, {"must be at most " + format_quantity(kind, limits.high) + ", not " + in_quotes(node.scalar), {}});
    return false;
  }
  wrong(target, node, {(limits.low_excluded ? "must be more than " : "must be at least ") +
                           format_quantity(kind, limits.low) + ", not " + in_quotes(node.scalar), {}});
  return false;
}

std::optional<double> TypedReader::quantity(const Target& target, Kind kind, const YamlNode& node) {
  if (kind == Kind::number && node.quoted) {
    wrong(target, node, {"must be a number, not a text in quotes", "remove the quotes"});
    return std::nullopt;
  }
  if (is_range(node.scalar)) {
    wrong(target, node, {"must be a single value, not the range " + in_quotes(node.scalar),
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

std::optional<Range> TypedReader::range(const Target& target, Kind kind, const YamlNode& node) {
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

Basis TypedReader::basis_of(const YamlNode& node) const {
  if (stated_basis_) return *stated_basis_;
  return measured_source_ && node.place.source == measured_source_ ? Basis::measured : Basis::assumed;
}

std::optional<Measured<double>> TypedReader::measured(const Target& target, Kind kind, const YamlNode& node) {
  const auto point = [&](const Range& ends, const YamlNode& at) {
    const double middle = ends.low == ends.high ? ends.low : ends.low + (ends.high - ends.low) / 2.0;
    return Measured<double>{middle, ends.low, ends.high, basis_of(at), {}};
  };
  if (node.shape != YamlNode::Shape::map) {
    const auto ends = range(target, kind, node);
    return ends ? std::optional(point(*ends, node)) : std::nullopt;
  }
  static const std::vector<std::string_view> known{"value", "range", "basis", "source"};
  const std::size_t errors_before = diagnostics_.errors();
  for (const YamlNode& child : node.children) {
    if (std::find(known.begin(), known.end(), child.key) == known.end()) {
      diagnostics_.error(child.key_place, "unknown key " + in_quotes(child.key) + " in " + target.label,
                         did_you_mean(child.key, known), target.path);
    }
  }
  const YamlNode* value = node.find("value");
  const YamlNode* ends = node.find("range");
  if (!value && !ends) {
    diagnostics_.error(node.key_place, target.label + " needs a 'value' or a 'range'", {}, target.path);
    return std::nullopt;
  }
  const auto part = [&](const YamlNode& at) {
    Target inner = target;
    inner.label = in_quotes(at.key) + " of " + target.label;
    return range(inner, kind, at);
  };
  const auto middle = value ? part(*value) : part(*ends);
  const auto outer = ends ? part(*ends) : middle;
  if (!middle || !outer) return std::nullopt;
  Measured<double> number = point(*middle, node);
  number.low = outer->low;
  number.high = outer->high;
  if (number.value < number.low || number.value > number.high) {
    diagnostics_.error(ends->place, "the range of " + target.label + " does not hold its value", {}, target.path);
  }
  if (const YamlNode* basis = node.find("basis")) {
    static const std::array<std::string_view, 4> names = words(Basis{});
    Type type;
    type.words.assign(names.begin(), names.end());
    Target inner = target;
    inner.label = "'basis' of " + target.label;
    if (expect_scalar(inner, Kind::word, *basis)) {
      if (const auto index = word(inner, type, *basis)) number.basis = static_cast<Basis>(std::get<Count>(*index));
    }
  }
  if (const YamlNode* source = node.find("source")) {
    Field plain;
    const Target inner{&plain, "'source' of " + target.label, target.path, nullptr};
    if (expect_scalar(inner, Kind::text, *source)) {
      if (const auto words_of_source = text(inner, *source)) number.source = std::get<std::string>(*words_of_source);
    }
  }
  if (diagnostics_.errors() > errors_before) return std::nullopt;
  return number;
}

}  // namespace models
