// SPDX-License-Identifier: MIT
// A YAML document as a tree in which everything remembers where it stands. Deliberately less than YAML: one
// document; text, lists and maps whose keys are unique plain texts; no anchors, aliases, merge keys or tags.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fields/reflection.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/source.hpp"

namespace models {

struct YamlNode {
  enum class Shape { empty, scalar, list, map };

  Shape shape = Shape::empty;
  bool written_null = false;  // empty because `null` or `~` is written
  bool quoted = false;        // a scalar that is text for certain
  std::string scalar;
  std::string key;                 // within a map
  Place key_place;                 // of the key; within a list or at the root, of the value
  Place place;                     // of the value
  std::vector<YamlNode> children;  // of a list or map, in file order

  const YamlNode* find(std::string_view name) const;
  YamlNode* find(std::string_view name);
  // A place to blame for the value: the key's when nothing is written.
  const Place& value_place() const { return shape == Shape::empty && !written_null ? key_place : place; }
};

// The value behind a path of keys; null where nothing is written.
const YamlNode* node_at(const YamlNode& root, std::initializer_list<std::string_view> path);
// Where the key at the end of the path stands, or of as much of it as is written.
Place place_of(const YamlNode& root, std::initializer_list<std::string_view> path);

// Limits of a document, each with a clear error.
inline constexpr int deepest_nesting = 64;
inline constexpr std::size_t most_values = 50'000;
inline constexpr std::size_t most_children = 4'096;  // of one list or map

// Reads the tree; nothing when the text is not YAML. Duplicate keys are reported and left out.
std::optional<YamlNode> parse_yaml(const Source& source, Diagnostics& diagnostics);

// Bytes that a person could not have meant, line ends made "\n". Reports and returns nothing on errors.
std::optional<std::string> clean_text(const std::string& name, std::string bytes, Diagnostics& diagnostics);

// Lays `over` on `base`: maps merge by key, everything else is replaced, null removes what is there. `type`
// (may be null) tells what the node stands for: a shorthand in the base is spelt out before a map is laid on
// it, and of exclusive fields the newer one stays. A map with numbers as keys addresses the items of a list.
void lay_over(YamlNode& base, YamlNode over, const Type* type);

// The type of what a key of a node leads to; null when unknown.
const Type* child_type(const Type* type, std::string_view key);

}  // namespace models
