// SPDX-License-Identifier: MIT
// A reporter turns finished comparisons into one text. One file a format, all of them listed here.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/comparison/comparison.hpp"
#include "tools/report/grid.hpp"

namespace report {

// What a result must say about its origin to be reproduced.
struct Context {
  std::string version;
  std::string command_line;
  bool wide = false;   // every metric instead of those that fit 120 columns
  View view = View::scenario;
};

class Reporter {
 public:
  virtual ~Reporter() = default;
  // Ends with a line break unless empty. Several comparisons come from several scenario files.
  virtual std::string serialize(std::span<const models::Comparison> comparisons, const Context& context) const = 0;
};

struct Format {
  std::string_view name;        // of --format
  std::string_view extension;   // of --export, with its dot
  std::string_view help;
  std::unique_ptr<Reporter> (*make)();
};

std::span<const Format> formats();
std::vector<std::string_view> extensions();                 // of all
const Format* format_named(std::string_view name);          // null: there is none
const Format* format_of_file(std::string_view file);        // by extension; null: there is none

// Hex digest of the resolved scenario: equal scenarios, equal digits.
std::string scenario_hash(const models::Scenario& scenario);

std::unique_ptr<Reporter> make_table();
std::unique_ptr<Reporter> make_markdown();
std::unique_ptr<Reporter> make_csv();
std::unique_ptr<Reporter> make_json();

}  // namespace report
