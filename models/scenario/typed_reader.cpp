// SPDX-License-Identifier: MIT
#include "models/scenario/typed_reader.hpp"

#include <algorithm>
#include <utility>

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
    diagnostics_.error(node.value_place(),
                       path.empty()       ? "nothing is written in this file"
                       : node.key.empty() ? "nothing is written here"
                                          : in_quotes(node.key) + " has no value",
                       "expected a map of settings", path);
    return;
  }
  if (node.shape != YamlNode::Shape::map) {
    std::string help;
    if (node.shape == YamlNode::Shape::scalar && node.scalar.find(':') != std::string::npos) {
      help = "write a space after the colon";
    }
    diagnostics_.error(node.place,
                       (node.key.empty() ? std::string("this") : in_quotes(node.key)) +
                           " must be a map of settings, not " + std::string(shape_name(node)),
                       help, path);
    return;
  }
  check_keys(record, node, path);
  check_exclusive(record, node, path);
  const auto outer_basis = values_.stated_basis();
  for (const Field& field : record.fields) {
    const YamlNode* child = node.find(field.name);
    if (!child) {
      if (field.required) {
        diagnostics_.error(
            node.key_place,
            in_quotes(field.name) + " is missing" + (node.key.empty() ? "" : " in " + in_quotes(node.key)),
            field.example.empty()
                ? ""
                : "add '" + std::string(field.name) + ": " + std::string(field.example) + "'",
            joined(path, field.name));
      }
      continue;
    }
    if (check_needs(field, *child, node, path)) read_field(field, *child, &node, object, path);
  }
  values_.set_stated_basis(outer_basis);
}

void TypedReader::check_keys(const Record& record, const YamlNode& node, const std::string& path) {
  for (const YamlNode& child : node.children) {
    if (record.find(child.key)) continue;
    std::vector<std::string_view> known;
    for (const Field& field : record.fields) known.push_back(field.name);
    const std::string_view guess = nearest(child.key, known);
    const bool colon_stuck =
        child.key.find(':') != std::string::npos && child.shape == YamlNode::Shape::empty;
    diagnostics_.error(
        child.key_place,
        "unknown key " + in_quotes(child.key) + (node.key.empty() ? "" : " in " + in_quotes(node.key)),
        colon_stuck ? "write a space after the colon" : did_you_mean(child.key, known),
        colon_stuck     ? std::string()
        : guess.empty() ? path
                        : joined(path, guess));
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
        diagnostics_.error(child.key_place,
                           in_quotes(child.key) + " and " + in_quotes(first->key) + " exclude each other",
                           "keep one of " + alternatives(group.names), path);
      } else {
        first = &child;
      }
    }
    if (!first && !conflict && group.one_needed) {
      // A misspelt one is reported as unknown already.
      const bool misspelt =
          std::any_of(node.children.begin(), node.children.end(), [&](const YamlNode& child) {
            return !record.find(child.key) && !nearest(child.key, group.names).empty();
          });
      if (!misspelt) {
        diagnostics_.error(node.key_place,
                           (node.key.empty() ? std::string("this") : in_quotes(node.key)) + " needs " +
                               (group.names.size() == 2 ? "either " : "one of ") + alternatives(group.names),
                           {}, path);
      }
    }
  }
}

bool TypedReader::check_needs(const Field& field, const YamlNode& child, const YamlNode& record,
                              const std::string& path) {
  for (const Needs& need : field.needs) {
    const YamlNode* neighbour = record.find(need.key);
    if (neighbour && (need.values.empty() || contains_word(need.values, neighbour->scalar))) continue;
    std::string condition(need.key);
    if (!need.values.empty()) {
      std::string values(need.values);
      for (std::size_t bar = values.find('|'); bar != std::string::npos; bar = values.find('|'))
        values.replace(bar, 1, " or ");
      condition += ": " + values;
    }
    diagnostics_.error(child.key_place,
                       in_quotes(field.name) + " has an effect only with '" + condition + "'",
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
  if (field.default_basis && node.shape == YamlNode::Shape::scalar) {
    values_.set_stated_basis(static_cast<Basis>(std::get<Count>(field.type->get(member))));
  }
}

void TypedReader::read_value(const Target& target, const Type& type, const YamlNode& node, void* object) {
  switch (type.kind) {
    case Kind::record:
      read(*type.record, node, object, target.path);
      return;
    case Kind::named:
      read_named(target, type, node, object);
      return;
    case Kind::list:
      read_list(target, type, node, object);
      return;
    case Kind::profiles:
      return;  // models/scenario/profile_reader.hpp: needs other files
    case Kind::paths:
      return;  // models/scenario/swept_scenario.hpp: needs the whole scenario
    default:
      if (const auto value = values_.read(target, type, node)) type.set(object, *value);
  }
}

bool TypedReader::check_size(const Target& target, const YamlNode& node) {
  const Limits limits = effective_limits(*target.field);
  const auto size = static_cast<double>(node.children.size());
  if (size >= limits.low && size <= limits.high) return true;
  const double wanted = size < limits.low ? limits.low : limits.high;
  diagnostics_.error(node.key_place,
                     target.label + (size < limits.low ? " needs at least " : " may have at most ") +
                         format_quantity(Kind::count, wanted) + (wanted == 1.0 ? " entry" : " entries") +
                         ", not " + std::to_string(node.children.size()),
                     {}, target.path);
  return false;
}

void TypedReader::read_named(const Target& target, const Type& type, const YamlNode& node, void* object) {
  if (node.shape != YamlNode::Shape::map) {
    diagnostics_.error(
        node.value_place(),
        target.label +
            (node.shape == YamlNode::Shape::empty
                 ? " has no value"
                 : " must be a map from names to their settings, not " + std::string(shape_name(node))),
        target.field->example.empty() ? "" : "for example " + std::string(target.field->example),
        target.path);
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
    diagnostics_.error(
        node.value_place(),
        target.label + (node.shape == YamlNode::Shape::empty
                            ? " has no value"
                            : " must be a list, not " + std::string(shape_name(node))),
        target.field->example.empty() ? "" : "for example " + std::string(target.field->example),
        target.path);
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

}  // namespace models
