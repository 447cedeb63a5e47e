// SPDX-License-Identifier: MIT
#include "models/scenario/resolved.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "models/fields/quantity_text.hpp"
#include "models/fields/units.hpp"
#include "models/scenario/tables.hpp"

namespace models {

namespace {

using Json = nlohmann::ordered_json;

Json finite(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

struct ScalarToJson {
  const Type& type;
  std::string_view zero_word;

  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(bool value) const { return value; }
  Json operator()(double value) const { return finite(value); }
  Json operator()(const std::string& value) const { return value.empty() ? Json(nullptr) : Json(value); }
  // Exact, so that no reader rounds it.
  Json operator()(const Money& amount) const { return exact_decimal(amount) + " " + amount.currency().name(); }
  Json operator()(Count value) const {
    if (value == 0 && !zero_word.empty()) return zero_word;
    return type.kind == Kind::word ? Json(type.words[static_cast<std::size_t>(value)]) : Json(value);
  }
  Json operator()(const Measured<double>& number) const {
    Json object = {{"value", finite(number.value)},
                   {"low", finite(number.low)},
                   {"high", finite(number.high)},
                   {"basis", word(number.basis)}};
    if (!number.source.empty()) object["source"] = number.source;
    return object;
  }
};

// An element of a `named` map with a single field stands for that field's value: `mix: {json: 3}`.
const Field* only_field(const Record& record) {
  return record.fields.size() == 1 && record.shorthand == record.fields[0].name ? &record.fields[0] : nullptr;
}

std::string key_text(const Record& record, const void* object) {
  const Scalar key = record.key_type->get(record.key(const_cast<void*>(object)));
  if (const auto* name = std::get_if<std::string>(&key)) return *name;
  std::string percentile(1, 'p');
  percentile += format_quantity(Kind::number, std::get<double>(key) * 100.0);
  return percentile;
}

Json record_to_json(const Record& record, const void* object);

Json to_json(const Type& type, const void* object, std::string_view zero_word = {}) {
  if (type.kind == Kind::record) return record_to_json(*type.record, object);
  if (type.get) return std::visit(ScalarToJson{type, zero_word}, type.get(object));
  Json result = type.kind == Kind::list ? Json::array() : Json::object();
  for (std::size_t i = 0; i < type.size(object); ++i) {
    const void* item = type.at(object, i);
    if (type.kind == Kind::list) {
      result.push_back(to_json(*type.element, item));
    } else if (type.kind == Kind::profiles) {
      result[type.key_at(object, i)] = to_json(*type.element, item);
    } else {
      const Record& element = *type.element->record;
      const Field* only = only_field(element);
      result[key_text(element, item)] =
          only ? to_json(*only->type, only->in(item)) : to_json(*type.element, item);
    }
  }
  return result;
}

std::string key_with_unit(const Field& field) {
  Kind kind = field.type->kind;
  if (kind == Kind::named) {
    if (const Field* only = only_field(*field.type->element->record)) kind = only->type->kind;
  }
  return std::string(field.name) + std::string(unit_suffix(kind));
}

Json record_to_json(const Record& record, const void* object) {
  Json result = Json::object();
  for (const Field& field : record.fields) {
    if (field.input_only || !applies(field, record, object)) continue;
    result[key_with_unit(field)] = to_json(*field.type, field.in(object), field.zero_word);
  }
  return result;
}

}  // namespace

nlohmann::ordered_json resolved(const Scenario& scenario) {
  Json result = record_to_json(scenario_table(), &scenario);
  if (!scenario.cost.is_given()) {
    result.erase("cost");
    return result;
  }
  Json& sheets = result["cost"]["priced"] = Json::array();
  for (const PriceSheet& sheet : scenario.cost.priced) sheets.push_back(record_to_json(prices_table(), &sheet));
  return result;
}

nlohmann::ordered_json resolved(const HostProfile& host) {
  return record_to_json(host_table(), &host);
}

}  // namespace models
