// SPDX-License-Identifier: MIT
#include "models/scenario/record_writer.hpp"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "models/fields/quantity_text.hpp"
#include "models/scenario/tables.hpp"

namespace models {
namespace {

constexpr std::size_t widest_line = 110;

// A piece of the document: plain text, or entries that fit into one line or stand below each other.
struct Piece {
  std::string plain;
  bool is_list = false;
  bool is_number = false;                              // a value with its range or basis
  std::vector<std::pair<std::string, Piece>> entries;  // keys are empty in a list

  bool is_plain() const { return entries.empty() && !is_list; }
};

std::string quoted(const std::string& text) {
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./ ").find(c) != std::string_view::npos;
  };
  const bool letter_first = !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
  if (letter_first && text.back() != ' ' && std::all_of(text.begin(), text.end(), harmless) && text != "null" &&
      text != "true" && text != "false") {
    return text;
  }
  std::string result = "\"";
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

bool same(const Scalar& a, const Scalar& b) {
  const auto* left = std::get_if<Measured<double>>(&a);
  const auto* right = std::get_if<Measured<double>>(&b);
  if (!left || !right) {
    return a.index() == b.index() && std::visit(
                                         [&](const auto& value) {
                                           using T = std::decay_t<decltype(value)>;
                                           if constexpr (std::is_same_v<T, Measured<double>>) {
                                             return false;
                                           } else {
                                             return value == std::get<T>(b);
                                           }
                                         },
                                         a);
  }
  return left->value == right->value && left->low == right->low && left->high == right->high &&
         left->basis == right->basis && left->source == right->source;
}

Piece plain(std::string text) {
  Piece piece;
  piece.plain = std::move(text);
  return piece;
}

Piece measured(Kind kind, const Measured<double>& number) {
  const std::string value = format_quantity(kind, number.value);
  const bool range = number.low != number.high;
  if (!range && number.basis == Basis::measured && number.source.empty()) return plain(value);
  Piece piece;
  piece.is_number = true;
  piece.entries.emplace_back("value", plain(value));
  if (range) {
    piece.entries.emplace_back("range",
                               plain(format_quantity(kind, number.low) + ".." + format_quantity(kind, number.high)));
  }
  if (number.basis != Basis::measured) piece.entries.emplace_back("basis", plain(std::string(word(number.basis))));
  if (!number.source.empty()) piece.entries.emplace_back("source", plain(quoted(number.source)));
  return piece;
}

Piece scalar(const Type& type, const Scalar& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return plain(*flag ? "true" : "false");
  if (const auto* number = std::get_if<double>(&value)) return plain(format_quantity(type.kind, *number));
  if (const auto* text = std::get_if<std::string>(&value)) return plain(quoted(*text));
  if (const auto* number = std::get_if<Measured<double>>(&value)) return measured(type.kind, *number);
  const auto* count = std::get_if<Count>(&value);
  if (!count) return plain("null");
  return plain(type.kind == Kind::word ? std::string(type.words[static_cast<std::size_t>(*count)])
                                       : std::to_string(*count));
}

std::string key_text(const Record& record, const void* object) {
  const Scalar key = record.key_type->get(record.key(const_cast<void*>(object)));
  if (const auto* name = std::get_if<std::string>(&key)) return *name;
  std::string percentile(1, 'p');
  percentile += format_quantity(Kind::number, std::get<double>(key) * 100.0);
  return percentile;
}

Piece of_record(const Record& record, const void* object);

// Whether the field has an effect, and so does whatever it needs.
bool in_use(const Field& field, const Record& record, const void* object) {
  return applies(field, record, object) && std::all_of(field.needs.begin(), field.needs.end(), [&](const Needs& need) {
           const Field* neighbour = record.find(need.key);
           return neighbour && in_use(*neighbour, record, object);
         });
}

// Nothing for an empty list or map.
std::optional<Piece> of_value(const Type& type, const void* object) {
  if (type.kind == Kind::record) {
    Piece piece = of_record(*type.record, object);
    if (piece.entries.empty() && piece.plain.empty()) return std::nullopt;
    return piece;
  }
  if (type.get) return scalar(type, type.get(object));
  Piece piece;
  piece.is_list = type.kind == Kind::list;
  const std::size_t size = type.size(object);
  if (size == 0) return std::nullopt;
  for (std::size_t i = 0; i < size; ++i) {
    const void* item = type.at(object, i);
    std::string key;
    if (type.kind == Kind::profiles) key = type.key_at(object, i);
    if (type.kind == Kind::named) key = quoted(key_text(*type.element->record, item));
    std::optional<Piece> value = of_value(*type.element, item);
    piece.entries.emplace_back(std::move(key), value ? std::move(*value) : plain("{}"));
  }
  return piece;
}

// A plain value where only the record's shorthand is written.
Piece of_record(const Record& record, const void* object) {
  Piece piece;
  for (const Field& field : record.fields) {
    if (!in_use(field, record, object)) continue;
    const void* member = field.in(object);
    const bool kept = field.required || field.choose || field.name == record.shorthand;
    if (!kept && field.type->get && record.defaults &&
        same(field.type->get(member), field.type->get(field.in(record.defaults)))) {
      continue;
    }
    std::optional<Piece> value = of_value(*field.type, member);
    if (value) piece.entries.emplace_back(std::string(field.name), std::move(*value));
  }
  if (piece.entries.size() != 1 || piece.entries[0].first != record.shorthand) return piece;
  Piece alone = std::move(piece.entries[0].second);
  return alone;
}

std::string in_one_line(const Piece& piece) {
  if (piece.is_plain()) return piece.plain;
  std::string text;
  for (const auto& [key, value] : piece.entries) {
    text += (text.empty() ? "" : ", ") + (key.empty() ? std::string() : key + ": ") + in_one_line(value);
  }
  return piece.is_list ? "[" + text + "]" : "{" + text + "}";
}

void append(std::string& text, const Piece& piece, std::size_t depth) {
  for (const auto& [key, value] : piece.entries) {
    std::string line(2 * depth, ' ');
    line += piece.is_list ? "- " : key + ": ";
    const std::string short_form = in_one_line(value);
    const bool top_map = depth == 0 && !value.is_plain() && !value.is_list && !value.is_number;
    if (value.is_plain() || (!top_map && line.size() + short_form.size() <= widest_line)) {
      text += line + short_form + "\n";
      continue;
    }
    line.pop_back();
    text += line + "\n";
    append(text, value, depth + 1);
  }
}

std::string whole_file(const Record& record, const void* object, const std::string& schema) {
  return "# yaml-language-server: $schema=" + schema + "\n" + record_yaml(record, object);
}

}  // namespace

std::string record_yaml(const Record& record, const void* object) {
  std::string text;
  append(text, of_record(record, object), 0);
  return text;
}

std::string host_profile_yaml(const HostProfile& host, const std::string& schema) {
  return whole_file(host_table(), &host, schema);
}

std::string profile_yaml(const Profile& profile, const std::string& schema) {
  return whole_file(profile_table(), &profile, schema);
}

}  // namespace models
