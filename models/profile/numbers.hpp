// SPDX-License-Identifier: MIT
// Visits every measured number of a profile with its path ("memory.thread", "kernels.json.phases.0.releases"),
// through the field tables beside the structs.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/profile/profile.hpp"

namespace models {
namespace numbers {

template <class T>
constexpr bool is_measured = false;
template <class T>
constexpr bool is_measured<Measured<T>> = true;
template <class T>
constexpr bool is_optional_measured = false;
template <class T>
constexpr bool is_optional_measured<std::optional<Measured<T>>> = true;
template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;

// Record is T or const T; `visit(path, number)`.
template <class Record, class Visit>
void walk(Record& record, const std::string& path, Visit& visit);

// Stands where `describe` expects a table.
template <class Record, class Visit>
class Walker {
 public:
  Walker(Record& record, const std::string& path, Visit& visit) : record_(record), path_(path), visit_(visit) {}

  template <class Member, class... Properties>
  void operator()(std::string_view name, Member member, std::string_view, const Properties&...) {
    step(record_.*member, path_.empty() ? std::string(name) : path_ + "." + std::string(name));
  }
  template <class Member, class Tag, class Value, class... Properties>
  void alternative(std::string_view name, Member member, Tag tag, Value value, std::string_view help,
                   const Properties&...) {
    if (record_.*tag == value) (*this)(name, member, help);
  }
  template <class Member>
  void key(Member) {}
  void shorthand(std::string_view) {}
  void exactly_one_of(std::initializer_list<std::string_view>) {}
  void at_most_one_of(std::initializer_list<std::string_view>) {}

 private:
  template <class Value>
  void step(Value& value, const std::string& path) {
    using Plain = std::remove_const_t<Value>;
    if constexpr (is_measured<Plain>) {
      visit_(std::string_view(path), value);
    } else if constexpr (is_optional_measured<Plain>) {
      if (value) visit_(std::string_view(path), *value);
    } else if constexpr (is_list<Plain>) {
      if constexpr (std::is_class_v<typename Plain::value_type> &&
                    !std::same_as<typename Plain::value_type, std::string>) {
        for (std::size_t i = 0; i < value.size(); ++i) walk(value[i], path + "." + name_of(value[i], i), visit_);
      }
    } else if constexpr (std::is_class_v<Plain> && requires { describe(*this, static_cast<const Plain*>(nullptr)); }) {
      walk(value, path, visit_);
    }
  }

  template <class Element>
  static std::string name_of(const Element& element, std::size_t index) {
    if constexpr (requires { { element.name } -> std::convertible_to<std::string>; }) {
      return element.name;
    } else {
      return std::to_string(index);
    }
  }

  Record& record_;
  const std::string& path_;
  Visit& visit_;
};

template <class Record, class Visit>
void walk(Record& record, const std::string& path, Visit& visit) {
  Walker<Record, Visit> walker(record, path, visit);
  describe(walker, static_cast<const std::remove_const_t<Record>*>(nullptr));
}

}  // namespace numbers

template <class Visit>
void for_each_number(Profile& profile, Visit visit) {
  numbers::walk(profile, {}, visit);
}
template <class Visit>
void for_each_number(const Profile& profile, Visit visit) {
  numbers::walk(profile, {}, visit);
}

}  // namespace models
