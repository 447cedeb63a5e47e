// SPDX-License-Identifier: MIT
// Field tables at run time: the reader, `explain`, the schema and the resolved output walk these plain
// structures, so that only the one file which builds them (models/fields/reflect.hpp) pays for templates.
// Invariant: a table is immutable once built; objects are passed as untyped pointers to exactly the struct
// that the table describes.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/money.hpp"
#include "models/fields/quantity.hpp"

namespace models {

enum class Kind {
  boolean,
  text,
  word,  // enumerator; its Scalar is the index as Count
  count,
  number,
  duration,  // s
  bytes,
  rate,  // 1/s
  cores,
  fraction,  // share of one
  money,     // an amount of a currency
  price,     // money per hour
  list,
  named,  // YAML map from name to element, in file order
  record,
  profiles,  // map from key to a profile that is stored in a file, derived, or written in place
  paths,     // map from paths of parameters to their values
};

// monostate: absent.
using Scalar = std::variant<std::monostate, bool, Count, double, std::string, Measured<double>, Money>;

struct Record;

struct Type {
  Kind kind = Kind::text;
  bool optional = false;
  bool measured = false;
  std::vector<std::string_view> words;  // Kind::word
  const Record* record = nullptr;       // Kind::record
  const Type* element = nullptr;        // list, named and profiles
  Scalar (*get)(const void*) = nullptr;
  void (*set)(void*, const Scalar&) = nullptr;
  std::size_t (*size)(const void*) = nullptr;
  const void* (*at)(const void*, std::size_t) = nullptr;
  void* (*append)(void*) = nullptr;
  std::string (*key_at)(const void*, std::size_t) = nullptr;  // profiles only
};

struct Field {
  std::string_view name;
  std::string_view help;
  const Type* type = nullptr;
  std::function<void*(void*)> member;
  Limits limits;
  bool required = false;
  bool input_only = false;
  bool default_basis = false;
  bool one_or_more = false;
  std::string_view example;
  std::string_view zero_word;
  std::vector<Needs> needs;
  std::string_view unit_of;
  std::vector<Choice> (*choices)() = nullptr;
  // A field that shares its member with others and says by its name which of them it is.
  std::function<void(void*)> choose;
  std::function<bool(const void*)> chosen;

  const void* in(const void* object) const { return member(const_cast<void*>(object)); }
};

// Of these fields one at most, or exactly one, may be given.
struct Exclusive {
  std::vector<std::string_view> names;
  bool one_needed = false;
};

struct Record {
  std::vector<Field> fields;
  std::vector<Exclusive> exclusive;
  std::string_view shorthand;      // a plain value stands for this field
  const Type* key_type = nullptr;  // elements of a `named` map: what the key is read into
  std::function<void*(void*)> key;
  const void* defaults = nullptr;  // a struct as it is when nothing is written

  const Field* find(std::string_view name) const {
    for (const Field& field : fields) {
      if (field.name == name) return &field;
    }
    return nullptr;
  }
};

// The limits that hold for a field: its own, within what is sane for its kind.
Limits effective_limits(const Field& field);

// Whether one of the words, separated by '|', is the wanted one.
bool contains_word(std::string_view words, std::string_view wanted);

// Whether a field has an effect in this object: it is the alternative that was chosen, and what it needs is
// there.
bool applies(const Field& field, const Record& record, const void* object);

}  // namespace models
