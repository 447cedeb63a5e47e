// SPDX-License-Identifier: MIT
// What is wrong with an input, where, and what to do about it. Everything found is reported at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/source.hpp"

namespace models {

enum class Severity { warning, error };

struct Diagnostic {
  Severity severity = Severity::error;
  std::string file;
  int line = 1;
  int column = 1;
  int length = 1;
  std::string summary;
  std::string help;         // remedy; may be empty
  std::string source_line;  // may be a stretch of a very long line
  int source_column = 1;    // column of the first character of source_line
};

class Diagnostics {
 public:
  // More than this is counted but not kept.
  static constexpr std::size_t capacity = 50;

  // path: what `forkcast explain` can say more about.
  void error(const Place& place, std::string summary, std::string help = {}, std::string_view path = {});
  void warning(const Place& place, std::string summary, std::string help = {}, std::string_view path = {});

  bool has_errors() const { return errors_ > 0; }
  std::size_t errors() const { return errors_; }
  std::size_t warnings() const { return warnings_; }
  // How many were found but not kept.
  std::size_t omitted() const { return omitted_; }
  // By file in the order in which they were first blamed, then by position.
  std::vector<Diagnostic> sorted() const;

 private:
  void add(Severity severity, const Place& place, std::string summary, std::string help,
           std::string_view path);

  std::vector<Diagnostic> kept_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t omitted_ = 0;
};

// `file:line:column: error: summary`, the line with a caret below it, the remedy.
std::string render(const Diagnostic& diagnostic, bool color);
// All of them, "and N more" where some were omitted, and a count: "2 errors. Nothing was run."
std::string render(const Diagnostics& diagnostics, bool color);

}  // namespace models
