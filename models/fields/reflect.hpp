// SPDX-License-Identifier: MIT
// Builds the run-time tables (models/fields/reflection.hpp) from the `describe` functions beside the structs.
// Include it in one translation unit only: it instantiates every table.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "models/fields/reflection.hpp"

namespace models {

template <class T>
const Type& type_of();
template <class T>
const Record& record_of();

namespace reflect {

template <class T>
struct Unwrap {
  using type = T;
  static constexpr bool optional = false;
  static constexpr bool measured = false;
};
template <class T>
struct Unwrap<Measured<T>> {
  using type = T;
  static constexpr bool optional = false;
  static constexpr bool measured = true;
};
template <class T>
struct Unwrap<std::optional<T>> {
  using type = typename Unwrap<T>::type;
  static constexpr bool optional = true;
  static constexpr bool measured = Unwrap<T>::measured;
};

template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;
template <class T>
constexpr bool is_map = false;
template <class T>
constexpr bool is_map<std::map<std::string, T>> = true;

inline double& raw(double& value) {
  return value;
}
inline double& raw(Factor& value) {
  return value.value;
}
inline double& raw(Duration& value) {
  return value.seconds;
}
inline double& raw(Bytes& value) {
  return value.value;
}
inline double& raw(Rate& value) {
  return value.per_second;
}
inline double& raw(Cores& value) {
  return value.value;
}
inline double& raw(Fraction& value) {
  return value.value;
}

template <class T>
concept Quantity = requires(T& value) {
  raw(value);
};

template <class T>
constexpr Kind scalar_kind() {
  if constexpr (std::is_same_v<T, bool>) return Kind::boolean;
  if constexpr (std::is_same_v<T, std::string>) return Kind::text;
  if constexpr (std::is_enum_v<T>) return Kind::word;
  if constexpr (std::is_integral_v<T>) return Kind::count;
  if constexpr (std::is_same_v<T, Duration>) return Kind::duration;
  if constexpr (std::is_same_v<T, Bytes>) return Kind::bytes;
  if constexpr (std::is_same_v<T, Rate>) return Kind::rate;
  if constexpr (std::is_same_v<T, Cores>) return Kind::cores;
  if constexpr (std::is_same_v<T, Fraction>) return Kind::fraction;
  if constexpr (std::is_same_v<T, Money>) return Kind::money;
  if constexpr (std::is_same_v<T, HourlyPrice>) return Kind::price;
  return Kind::number;
}

template <class T>
constexpr bool is_scalar = std::is_same_v<T, bool> || std::is_same_v<T, std::string> || std::is_enum_v<T> ||
                           std::is_integral_v<T> || Quantity<T> || std::is_same_v<T, Money> ||
                           std::is_same_v<T, HourlyPrice>;

template <class T>
Scalar get_plain(const T& value) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
    return static_cast<Count>(value);
  } else if constexpr (std::is_same_v<T, Money>) {
    return value;
  } else if constexpr (std::is_same_v<T, HourlyPrice>) {
    return value.per_hour;
  } else {
    T copy = value;
    return raw(copy);
  }
}

template <class T>
void set_plain(T& value, const Scalar& scalar) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) {
    value = std::get<T>(scalar);
  } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
    value = static_cast<T>(std::get<Count>(scalar));
  } else if constexpr (std::is_same_v<T, Money>) {
    value = std::get<Money>(scalar);
  } else if constexpr (std::is_same_v<T, HourlyPrice>) {
    value.per_hour = std::get<Money>(scalar);
  } else {
    raw(value) = std::get<double>(scalar);
  }
}

// Plain or measured.
template <class T>
Scalar get_present(const T& value) {
  if constexpr (Unwrap<T>::measured) {
    return Measured<double>{std::get<double>(get_plain(value.value)), std::get<double>(get_plain(value.low)),
                            std::get<double>(get_plain(value.high)), value.basis, value.source};
  } else {
    return get_plain(value);
  }
}

template <class T>
void set_present(T& value, const Scalar& scalar) {
  if constexpr (Unwrap<T>::measured) {
    const auto& number = std::get<Measured<double>>(scalar);
    set_plain(value.value, Scalar{number.value});
    set_plain(value.low, Scalar{number.low});
    set_plain(value.high, Scalar{number.high});
    value.basis = number.basis;
    value.source = number.source;
  } else {
    set_plain(value, scalar);
  }
}

template <class T>
Scalar get(const void* object) {
  const T& value = *static_cast<const T*>(object);
  if constexpr (Unwrap<T>::optional) {
    return value ? get_present(*value) : Scalar{};
  } else {
    return get_present(value);
  }
}

template <class T>
void set(void* object, const Scalar& scalar) {
  T& value = *static_cast<T*>(object);
  if constexpr (Unwrap<T>::optional) {
    set_present(value.emplace(), scalar);
  } else {
    set_present(value, scalar);
  }
}

template <class T>
Type make_type() {
  Type type;
  using U = Unwrap<T>;
  using Plain = typename U::type;
  if constexpr (is_vector<T>) {
    using Element = typename T::value_type;
    type.element = &type_of<Element>();
    type.kind = type.element->record && type.element->record->key ? Kind::named : Kind::list;
    type.size = [](const void* object) { return static_cast<const T*>(object)->size(); };
    type.at = [](const void* object, std::size_t i) -> const void* {
      return &(*static_cast<const T*>(object))[i];
    };
    type.append = [](void* object) -> void* { return &static_cast<T*>(object)->emplace_back(); };
  } else if constexpr (is_map<T>) {
    type.element = &type_of<typename T::mapped_type>();
    type.kind = Kind::profiles;
    type.size = [](const void* object) { return static_cast<const T*>(object)->size(); };
    type.at = [](const void* object, std::size_t i) -> const void* {
      return &std::next(static_cast<const T*>(object)->begin(), static_cast<std::ptrdiff_t>(i))->second;
    };
    type.key_at = [](const void* object, std::size_t i) {
      return std::next(static_cast<const T*>(object)->begin(), static_cast<std::ptrdiff_t>(i))->first;
    };
  } else if constexpr (std::is_same_v<T, PathMap>) {
    type.kind = Kind::paths;
  } else if constexpr (is_scalar<Plain>) {
    type.kind = scalar_kind<Plain>();
    type.optional = U::optional;
    type.measured = U::measured;
    if constexpr (std::is_enum_v<Plain>) {
      for (const std::string_view name : words(Plain{})) type.words.push_back(name);
    }
    type.get = get<T>;
    type.set = set<T>;
  } else {
    type.kind = Kind::record;
    type.record = &record_of<T>();
  }
  return type;
}

// What `describe(Table&, const S*)` talks to.
template <class S>
class TableBuilder {
 public:
  explicit TableBuilder(Record& record) : record_(record) {}

  template <class T, class... Properties>
  void operator()(std::string_view name, T S::*member, std::string_view help, Properties... properties) {
    add(name, member, help, properties...);
  }

  // A field that shares `member` with others; its name sets `tag` to `value`.
  template <class T, class Tag, class... Properties>
  void alternative(std::string_view name, T S::*member, Tag S::*tag, Tag value, std::string_view help,
                   Properties... properties) {
    Field& field = add(name, member, help, properties...);
    field.choose = [tag, value](void* object) { static_cast<S*>(object)->*tag = value; };
    field.chosen = [tag, value](const void* object) { return static_cast<const S*>(object)->*tag == value; };
  }

  // Elements of a list of S are written as a map whose keys are read into this member.
  template <class T>
  void key(T S::*member) {
    record_.key_type = &type_of<T>();
    record_.key = [member](void* object) -> void* { return &(static_cast<S*>(object)->*member); };
  }

  void shorthand(std::string_view name) { record_.shorthand = name; }
  void exactly_one_of(std::initializer_list<std::string_view> names) {
    record_.exclusive.push_back({names, true});
  }
  void at_most_one_of(std::initializer_list<std::string_view> names) {
    record_.exclusive.push_back({names, false});
  }

 private:
  template <class T, class... Properties>
  Field& add(std::string_view name, T S::*member, std::string_view help, Properties... properties) {
    Field& field = record_.fields.emplace_back();
    field.name = name;
    field.help = help;
    field.type = &type_of<T>();
    field.member = [member](void* object) -> void* { return &(static_cast<S*>(object)->*member); };
    (apply(field, properties), ...);
    return field;
  }

  static void apply(Field& field, Limits limits) { field.limits = limits; }
  static void apply(Field& field, Required) { field.required = true; }
  static void apply(Field& field, InputOnly) { field.input_only = true; }
  static void apply(Field& field, OneOrMore) { field.one_or_more = true; }
  static void apply(Field& field, DefaultBasis) { field.default_basis = true; }
  static void apply(Field& field, Example example) { field.example = example.text; }
  static void apply(Field& field, ZeroIs zero) { field.zero_word = zero.word; }
  static void apply(Field& field, Needs needs) { field.needs.push_back(needs); }
  static void apply(Field& field, UnitOf unit) { field.unit_of = unit.key; }
  static void apply(Field& field, Choices choices) { field.choices = choices.list; }

  Record& record_;
};

}  // namespace reflect

template <class T>
const Type& type_of() {
  static const Type type = reflect::make_type<T>();
  return type;
}

template <class T>
const Record& record_of() {
  static const T defaults{};
  static const Record record = [] {
    Record made;
    made.defaults = &defaults;
    reflect::TableBuilder<T> builder(made);
    describe(builder, static_cast<const T*>(nullptr));
    return made;
  }();
  return record;
}

}  // namespace models
