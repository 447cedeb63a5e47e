// SPDX-License-Identifier: MIT
#include "models/scenario/schema.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "models/fields/money_text.hpp"
#include "models/fields/quantity_text.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view name_pattern = "^[A-Za-z0-9_.+/:@-]{1,64}$";

class SchemaWriter {
 public:
  // A scenario that extends another one is written in part, so that only the other files may be asked for what
  // they need.
  explicit SchemaWriter(FileKind kind) : complete_(kind != FileKind::scenario) {}

  Json record(const Record& record, const Record* more = nullptr) {
    Json properties = Json::object();
    Json needed = Json::array();
    for (const Record* part : {&record, more}) {
      if (!part) continue;
      for (const Field& field : part->fields) {
        properties[std::string(field.name)] = described(field, *part);
        if (field.required && complete_) needed.push_back(field.name);
      }
    }
    Json schema = {
        {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
    if (!needed.empty()) schema["required"] = std::move(needed);
    Json rules = Json::array();
    for (const Exclusive& group : record.exclusive) add_exclusive(rules, group);
    if (!rules.empty()) schema["allOf"] = std::move(rules);
    if (record.shorthand.empty()) return schema;
    return {{"anyOf", Json::array({value(*record.find(record.shorthand)), std::move(schema)})}};
  }

  Json take_definitions() { return std::move(definitions_); }

 private:
  void add_exclusive(Json& rules, const Exclusive& group) const {
    if (group.one_needed && complete_) {
      Json one_of = Json::array();
      for (const std::string_view name : group.names) one_of.push_back({{"required", Json::array({name})}});
      rules.push_back({{"oneOf", std::move(one_of)}});
      return;
    }
    for (std::size_t i = 0; i < group.names.size(); ++i) {
      for (std::size_t j = i + 1; j < group.names.size(); ++j) {
        rules.push_back({{"not", {{"required", Json::array({group.names[i], group.names[j]})}}}});
      }
    }
  }

  Json described(const Field& field, const Record& owner) {
    Json schema = {{"description", field.help}};
    if (Json fallback = default_value(field, owner); !fallback.is_null())
      schema["default"] = std::move(fallback);
    const Json own = value(field);
    for (const auto& [key, entry] : own.items()) schema[key] = entry;
    return schema;
  }

  static Json default_value(const Field& field, const Record& owner) {
    if (field.required || !field.type->get || !owner.defaults) return nullptr;
    const Scalar scalar = field.type->get(field.in(owner.defaults));
    const Kind kind = field.type->kind;
    if (const auto* flag = std::get_if<bool>(&scalar)) return *flag;
    if (const auto* count = std::get_if<Count>(&scalar)) {
      return kind == Kind::word ? Json(field.type->words[static_cast<std::size_t>(*count)]) : Json(*count);
    }
    if (const auto* amount = std::get_if<Money>(&scalar)) {
      return exact_decimal(*amount) + " " + amount->currency().name() + (kind == Kind::price ? "/h" : "");
    }
    double number = 0.0;
    if (const auto* plain = std::get_if<double>(&scalar)) {
      number = *plain;
    } else if (const auto* measured = std::get_if<Measured<double>>(&scalar)) {
      number = measured->value;
    } else {
      return nullptr;
    }
    if (number > 1e300) return nullptr;
    return kind == Kind::number || kind == Kind::cores ? Json(number) : Json(format_quantity(kind, number));
  }

  Json value(const Field& field) {
    if (!field.one_or_more) return single(field);
    Json one = single(field);
    Json item = {{"anyOf", Json::array({one, {{"type", "null"}}})}};  // null: as if the field were absent
    Json list = {{"type", "array"}, {"items", std::move(item)}, {"minItems", 1}};
    return {{"anyOf", Json::array({std::move(one), std::move(list)})}};
  }

  Json single(const Field& field) {
    const Type& type = *field.type;
    if (!field.unit_of.empty()) return {{"type", Json::array({"number", "string"})}};
    if (type.measured) return measured(type.kind);
    if (field.choices) {
      Json names = Json::array();
      for (const Choice& choice : field.choices()) names.push_back(choice.name);
      return {{"enum", std::move(names)}};
    }
    switch (type.kind) {
      case Kind::boolean:
        return {{"type", "boolean"}};
      case Kind::text:
        return {{"type", "string"}};
      case Kind::word:
        return {{"enum", type.words}};
      case Kind::record:
        return record(*type.record);
      case Kind::list:
        return list(field);
      case Kind::named:
        return named(field, record(*type.element->record));
      case Kind::profiles:
        return profiles(field);
      case Kind::paths:
        return paths();
      case Kind::money:
      case Kind::price:
        return {{"type", "string"}, {"pattern", money_pattern(type.kind)}};
      default:
        return quantity(field);
    }
  }

  // A whole number or plain number, or a text with a unit.
  static Json quantity(const Field& field) {
    const Kind kind = field.type->kind;
    const Limits limits = effective_limits(field);
    Json number = {{"type", kind == Kind::count ? "integer" : "number"}};
    const auto bound = [kind](double value) {
      return kind == Kind::count ? Json(static_cast<Count>(value)) : Json(value);
    };
    number[limits.low_excluded ? "exclusiveMinimum" : "minimum"] = bound(limits.low);
    number["maximum"] = bound(limits.high);
    if (!field.zero_word.empty()) return {{"anyOf", Json::array({std::move(number), {{"const", field.zero_word}}})}};
    if (kind == Kind::count || kind == Kind::number) return number;
    Json text = {{"type", "string"}, {"pattern", quantity_pattern(kind, false)}};
    if (kind == Kind::cores || kind == Kind::fraction)
      return {{"anyOf", Json::array({std::move(number), std::move(text)})}};
    return text;
  }

  static std::string definition_name(Kind kind) {
    switch (kind) {
      case Kind::duration:
        return "measured_time";
      case Kind::bytes:
        return "measured_size";
      case Kind::fraction:
        return "measured_share";
      default:
        return "measured_number";
    }
  }

  Json measured(Kind kind) {
    const std::string name = definition_name(kind);
    if (!definitions_.contains(name)) {
      const bool plain = kind == Kind::number || kind == Kind::fraction;
      Json value = {{"type", plain ? Json::array({"number", "string"}) : Json("string")},
                    {"pattern", quantity_pattern(kind, true)}};
      Json bases = Json::array();
      for (const std::string_view basis : words(Basis{})) bases.push_back(basis);
      Json full = {{"type", "object"},
                   {"additionalProperties", false},
                   {"properties",
                    {{"value", value},
                     {"range", value},
                     {"basis", {{"description", "Where the number comes from."}, {"enum", std::move(bases)}}},
                     {"source", {{"description", "Why it is what it is."}, {"type", "string"}}}}},
                   {"anyOf", Json::array({{{"required", Json::array({"value"})}},
                                          {{"required", Json::array({"range"})}}})}};
      definitions_[name] = {{"anyOf", Json::array({std::move(value), std::move(full)})}};
    }
    // In draft-07 whatever stands beside a $ref is ignored, the description for one.
    return {{"allOf", Json::array({{{"$ref", "#/definitions/" + name}}})}};
  }

  Json list(const Field& field) {
    Field item = field;
    item.type = field.type->element;
    item.limits = {};
    const Limits limits = effective_limits(field);
    return {{"type", "array"},
            {"items", value(item)},
            {"minItems", static_cast<Count>(limits.low)},
            {"maxItems", static_cast<Count>(limits.high)}};
  }

  // A range or a list in a text, or a list.
  static Json paths() {
    Json value = {{"type", Json::array({"string", "number", "boolean"})}};
    Json list = {{"type", "array"}, {"items", value}, {"minItems", 1}};
    return {{"type", "object"},
            {"additionalProperties", {{"anyOf", Json::array({std::move(value), std::move(list)})}}}};
  }

  Json named(const Field& field, Json element) const {
    const Limits limits = effective_limits(field);
    // null removes what a base has
    if (!complete_) element = {{"anyOf", Json::array({std::move(element), {{"type", "null"}}})}};
    Json schema = {{"type", "object"},
                   {"propertyNames", {{"pattern", name_pattern}}},
                   {"additionalProperties", std::move(element)}};
    if (complete_) schema["minProperties"] = static_cast<Count>(limits.low);
    schema["maxProperties"] = static_cast<Count>(limits.high);
    return schema;
  }

  Json profiles(const Field& field) {
    Json stored = record(profile_table());
    stored["properties"]["file"] = {{"description", "Profile file, relative to the file that names it."},
                                    {"type", "string"}};
    return named(field, {{"anyOf", Json::array({std::move(stored), record(derivation_table())})}});
  }

  bool complete_;
  Json definitions_ = Json::object();
};

const Record& top_of(FileKind kind) {
  switch (kind) {
    case FileKind::profile:
      return profile_table();
    case FileKind::host:
      return host_table();
    case FileKind::validation:
      return validation_table();
    case FileKind::prices:
      return prices_table();
    case FileKind::scenario:
      break;
  }
  return scenario_table();
}

std::string_view title_of(FileKind kind) {
  switch (kind) {
    case FileKind::profile:
      return "profile";
    case FileKind::host:
      return "host profile";
    case FileKind::validation:
      return "validation plan";
    case FileKind::prices:
      return "price sheet";
    case FileKind::scenario:
      break;
  }
  return "scenario";
}

}  // namespace

std::string schema_json(FileKind kind) {
  SchemaWriter writer(kind);
  const bool scenario = kind == FileKind::scenario;
  const Record& top = top_of(kind);
  Json body = writer.record(top);
  if (scenario) {
    Json needed = Json::array();
    for (const Field& field : top.fields) {
      if (field.required) needed.push_back(field.name);
    }
    body["anyOf"] =
        Json::array({{{"required", Json::array({"extends"})}}, {{"required", std::move(needed)}}});
  }
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", fmt::format("forkcast {}", title_of(kind))}};
  for (const auto& [key, entry] : body.items()) schema[key] = entry;
  schema["definitions"] = writer.take_definitions();
  return schema.dump(1) + "\n";
}

}  // namespace models
