// SPDX-License-Identifier: MIT
// Fills a struct from a tree by its field table. Whatever does not fit exactly is reported, all of it, and the
// struct keeps its default there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fields/quantity_text.hpp"
#include "models/fields/reflection.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"

namespace models {

class TypedReader {
 public:
  explicit TypedReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // Numbers in this source are measured unless they say otherwise; numbers elsewhere are assumed.
  void set_measured_source(const Source* source) { measured_source_ = source; }

  // object: the struct that `record` describes. path: what `explain` calls the node; empty at the top.
  void read(const Record& record, const YamlNode& node, void* object, const std::string& path);

  // Whether a text can name a deployment, profile, pool or kernel; reports if not.
  bool is_name(const YamlNode& node);

 private:
  // What is being read, for messages.
  struct Target {
    const Field* field;
    std::string label;  // 'threads', or item 2 of 'connection_split'
    std::string path;
    const YamlNode* record;  // map in which the field stands; null for a shorthand
  };

  void check_keys(const Record& record, const YamlNode& node, const std::string& path);
  void check_exclusive(const Record& record, const YamlNode& node, const std::string& path);
  bool check_needs(const Field& field, const YamlNode& child, const YamlNode& record, const std::string& path);
  void read_field(const Field& field, const YamlNode& node, const YamlNode* record, void* object, const std::string& path);
  void read_value(const Target& target, const Type& type, const YamlNode& node, void* object);
  void read_named(const Target& target, const Type& type, const YamlNode& node, void* object);
  void read_list(const Target& target, const Type& type, const YamlNode& node, void* object);
  bool read_key(const Record& record, const YamlNode& node, void* object);
  bool check_size(const Target& target, const YamlNode& node);

  std::optional<Scalar> scalar(const Target& target, const Type& type, const YamlNode& node);
  std::optional<Scalar> word(const Target& target, const Type& type, const YamlNode& node);
  std::optional<Scalar> text(const Target& target, const YamlNode& node);
  std::optional<double> quantity(const Target& target, Kind kind, const YamlNode& node);
  std::optional<Range> range(const Target& target, Kind kind, const YamlNode& node);
  std::optional<Measured<double>> measured(const Target& target, Kind kind, const YamlNode& node);
  bool within_limits(const Target& target, Kind kind, double value, const YamlNode& node);
  // Nothing when the metric is unknown, which is reported where it stands.
  std::optional<Kind> kind_by_metric(const Target& target) const;
  bool expect_scalar(const Target& target, Kind kind, const YamlNode& node);
  Basis basis_of(const YamlNode& node) const;
  void wrong(const Target& target, const YamlNode& node, const QuantityError& error);

  Diagnostics& diagnostics_;
  const Source* measured_source_ = nullptr;
  std::optional<Basis> stated_basis_;
};

}  // namespace models
