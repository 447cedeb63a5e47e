// SPDX-License-Identifier: MIT
// What may be said about a parameter where it is declared. Beside each config struct stands one table,
//
//   template <class Table>
//   void describe(Table& table, const Pool*) {
//     table("size", &Pool::size, "Tokens of one pool.", between(1, 1'000'000));
//   }
//
// and everything else follows from it: the strict reader, --set, did-you-mean, `explain`, the JSON Schema and
// the resolved output. The default is the struct's own. `describe` is a template so that rooms which only
// use the struct do not compile its table.
// Limits are in SI units; for lists and maps they limit the number of elements.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string_view>
#include <vector>

namespace models {

struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_excluded = false;
};

constexpr Limits between(double low, double high) {
  return {low, high, false};
}
// low itself is not allowed; the upper limit stays the kind's own.
constexpr Limits above(double low) {
  return {low, std::numeric_limits<double>::infinity(), true};
}
constexpr Limits above_up_to(double low, double high) {
  return {low, high, true};
}

struct Required {};
inline constexpr Required required{};

// Feeds the reader but is not part of the resolved scenario.
struct InputOnly {};
inline constexpr InputOnly input_only{};

// A list of values stands for one record for each of them; several such lists in a record for every combination.
struct OneOrMore {};
inline constexpr OneOrMore one_or_more{};

// The basis of every number in the same record that states none.
struct DefaultBasis {};
inline constexpr DefaultBasis default_basis{};

// A word that stands for zero: `replicas: auto`.
struct ZeroIs {
  std::string_view word;
};

struct Example {
  std::string_view text;
};

// The parameter has an effect only where its neighbour `key` is given, and (unless empty) has one of the
// words of `values`, separated by '|'.
struct Needs {
  std::string_view key;
  std::string_view values = {};
};

// The unit of the number is that of the metric named by its neighbour `key`.
struct UnitOf {
  std::string_view key;
};

// A map from paths of parameters, as --set takes them, to their values. Read where paths can be followed:
// nothing is kept in the struct.
struct PathMap {};

// A text that must be one of the names that another room registers.
struct Choice {
  std::string_view name;
  std::string_view help;
};
struct Choices {
  std::vector<Choice> (*list)();
};

// The YAML spelling of an enumerator: each enum that a user may write declares its words in enum order as
// `constexpr auto words(Enum)`, and its enumerators count from zero.
template <class Enum>
constexpr std::string_view word(Enum value) {
  return words(value)[static_cast<std::size_t>(value)];
}

}  // namespace models
