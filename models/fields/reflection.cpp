// SPDX-License-Identifier: MIT
#include "models/fields/reflection.hpp"

#include <algorithm>
#include <cmath>

namespace models {

Limits effective_limits(const Field& field) {
  Limits sane;
  switch (field.type->kind) {
    case Kind::count:
    case Kind::number:
    case Kind::duration:
    case Kind::rate:
      sane = {0.0, 1e9};
      break;
    case Kind::bytes:
      sane = {0.0, 1e15};
      break;
    case Kind::cores:
      sane = {0.0, 4096.0};
      break;
    case Kind::fraction:
      sane = {0.0, 1.0};
      break;
    case Kind::list:
    case Kind::named:
    case Kind::profiles:
      sane = {0.0, 1000.0};
      break;
    default:
      break;
  }
  Limits limits = field.limits;
  if (std::isinf(limits.low)) limits.low = sane.low;
  if (std::isinf(limits.high)) limits.high = sane.high;
  return limits;
}

bool contains_word(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const std::size_t bar = words.find('|');
    if (words.substr(0, bar) == wanted) return true;
    words = bar == std::string_view::npos ? std::string_view() : words.substr(bar + 1);
  }
  return false;
}

namespace {

bool is_chosen_rival(const Field& rival, const Field& field, const void* object) {
  return rival.name != field.name && rival.chosen && rival.chosen(object);
}

}  // namespace

bool applies(const Field& field, const Record& record, const void* object) {
  if (field.chosen) return field.chosen(object);
  for (const Exclusive& group : record.exclusive) {
    if (std::find(group.names.begin(), group.names.end(), field.name) == group.names.end()) continue;
    for (const std::string_view name : group.names) {
      if (const Field* rival = record.find(name); rival && is_chosen_rival(*rival, field, object))
        return false;
    }
  }
  return std::all_of(field.needs.begin(), field.needs.end(), [&](const Needs& need) {
    const Field* neighbour = record.find(need.key);
    if (!neighbour) return false;
    if (!neighbour->type->get) return applies(*neighbour, record, object);
    const Scalar value = neighbour->type->get(neighbour->in(object));
    if (std::holds_alternative<std::monostate>(value)) return false;
    if (need.values.empty() || neighbour->type->kind != Kind::word) return true;
    return contains_word(need.values,
                         neighbour->type->words[static_cast<std::size_t>(std::get<Count>(value))]);
  });
}

}  // namespace models
