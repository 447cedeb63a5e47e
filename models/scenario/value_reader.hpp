// SPDX-License-Identifier: MIT
// Reads one plain value or profile number: type, unit, limits and basis. Whatever does not fit exactly is
// reported.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/fields/quantity_text.hpp"
#include "models/fields/reflection.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"

namespace models {

// What is being read, for messages.
struct Target {
  const Field* field;
  std::string label;       // 'threads', or item 2 of 'connection_split'
  std::string path;        // what `explain` calls it
  const YamlNode* record;  // map in which the field stands; null for a shorthand
};

// "a list": what a node is, for messages.
std::string_view shape_name(const YamlNode& node);

class ValueReader {
 public:
  explicit ValueReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // Numbers in this source are measured unless they say otherwise; numbers elsewhere are assumed.
  void set_measured_source(const Source* source) { measured_source_ = source; }
  // Goes before both.
  void set_stated_basis(std::optional<Basis> basis) { stated_basis_ = basis; }
  std::optional<Basis> stated_basis() const { return stated_basis_; }

  // Nothing when the value does not fit.
  std::optional<Scalar> read(const Target& target, const Type& type, const YamlNode& node);

 private:
  std::optional<Scalar> boolean(const Target& target, const YamlNode& node);
  std::optional<Scalar> count(const Target& target, const YamlNode& node);
  std::optional<Scalar> money(const Target& target, Kind kind, const YamlNode& node);
  std::optional<Scalar> word(const Target& target, const std::vector<std::string_view>& words,
                             const YamlNode& node);
  std::optional<Scalar> text(const Target& target, const YamlNode& node);
  std::optional<double> quantity(const Target& target, Kind kind, const YamlNode& node);
  std::optional<Range> range(const Target& target, Kind kind, const YamlNode& node);
  std::optional<Measured<double>> measured(const Target& target, Kind kind, const YamlNode& node);
  std::optional<Measured<double>> measured_map(const Target& target, Kind kind, const YamlNode& node);
  bool within_limits(const Target& target, Kind kind, double value, const YamlNode& node);
  // Nothing when the metric is unknown, which is reported where it stands.
  std::optional<Kind> kind_by_metric(const Target& target) const;
  bool expect_scalar(const Target& target, Kind kind, const YamlNode& node);
  Measured<double> point(const Range& ends, const YamlNode& node) const;
  void wrong(const Target& target, const YamlNode& node, const QuantityError& error);

  Diagnostics& diagnostics_;
  const Source* measured_source_ = nullptr;
  std::optional<Basis> stated_basis_;
};

}  // namespace models
