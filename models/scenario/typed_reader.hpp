// SPDX-License-Identifier: MIT
// Fills a struct from a tree by its field table. Whatever does not fit exactly is reported, all of it, and
// the struct keeps its default there.
#pragma once

#include <string>

#include "models/fields/reflection.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/value_reader.hpp"

namespace models {

class TypedReader {
 public:
  explicit TypedReader(Diagnostics& diagnostics) : diagnostics_(diagnostics), values_(diagnostics) {}

  // Numbers in this source are measured unless they say otherwise; numbers elsewhere are assumed.
  void set_measured_source(const Source* source) { values_.set_measured_source(source); }

  // object: the struct that `record` describes. path: what `explain` calls the node; empty at the top.
  void read(const Record& record, const YamlNode& node, void* object, const std::string& path);

  // Whether a text can name a deployment, profile, pool or kernel; reports if not.
  bool is_name(const YamlNode& node);

 private:
  void check_keys(const Record& record, const YamlNode& node, const std::string& path);
  void check_exclusive(const Record& record, const YamlNode& node, const std::string& path);
  bool check_needs(const Field& field, const YamlNode& child, const YamlNode& record,
                   const std::string& path);
  void read_field(const Field& field, const YamlNode& node, const YamlNode* record, void* object,
                  const std::string& path);
  void read_value(const Target& target, const Type& type, const YamlNode& node, void* object);
  void read_named(const Target& target, const Type& type, const YamlNode& node, void* object);
  void read_list(const Target& target, const Type& type, const YamlNode& node, void* object);
  bool read_key(const Record& record, const YamlNode& node, void* object);
  bool check_size(const Target& target, const YamlNode& node);

  Diagnostics& diagnostics_;
  ValueReader values_;
};

}  // namespace models
