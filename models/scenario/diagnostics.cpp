// SPDX-License-Identifier: MIT
#include "models/scenario/diagnostics.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace models {

namespace {

constexpr int longest_line = 110;
constexpr int before_caret = 40;

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// `count` characters of `text` from character `first` (from 0), whole UTF-8 sequences. Lines go to terminals:
// control characters of a refused text are hidden.
std::string characters(std::string_view text, int first, int count) {
  std::string cut;
  int index = -1;
  for (const char c : text) {
    if (!continues(c)) ++index;
    if (index >= first + count) break;
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (index >= first) cut += c == '\t' ? ' ' : control ? '?' : c;
  }
  return cut;
}

std::string number(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

void Diagnostics::error(const Place& place, std::string summary, std::string help, std::string_view path) {
  add(Severity::error, place, std::move(summary), std::move(help), path);
}

void Diagnostics::warning(const Place& place, std::string summary, std::string help, std::string_view path) {
  add(Severity::warning, place, std::move(summary), std::move(help), path);
}

void Diagnostics::add(Severity severity, const Place& place, std::string summary, std::string help,
                      std::string_view path) {
  // A value that stands for several is read as often, and wrong once.
  const bool known = std::any_of(kept_.begin(), kept_.end(), [&](const Diagnostic& one) {
    return one.severity == severity && one.line == place.line && one.column == place.column &&
           one.summary == summary && one.file == place.source->name();
  });
  if (known) return;
  ++(severity == Severity::error ? errors_ : warnings_);
  if (kept_.size() == capacity) {
    ++omitted_;
    return;
  }
  if (!path.empty()) help += (help.empty() ? "" : "   ") + ("(forkcast explain " + std::string(path) + ")");
  Diagnostic diagnostic{severity,
                        place.source->name(),
                        place.line,
                        place.column,
                        place.length,
                        std::move(summary),
                        std::move(help),
                        {},
                        1};
  diagnostic.source_column = place.column > before_caret * 2 ? place.column - before_caret : 1;
  diagnostic.source_line =
      characters(place.source->line(place.line), diagnostic.source_column - 1, longest_line);
  kept_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<std::string_view> files;
  for (const Diagnostic& diagnostic : kept_) {
    if (std::find(files.begin(), files.end(), diagnostic.file) == files.end())
      files.push_back(diagnostic.file);
  }
  const auto rank = [&files](const Diagnostic& diagnostic) {
    return std::tuple(std::find(files.begin(), files.end(), diagnostic.file) - files.begin(), diagnostic.line,
                      diagnostic.column);
  };
  std::vector<Diagnostic> result = kept_;
  std::stable_sort(result.begin(), result.end(),
                   [&rank](const Diagnostic& a, const Diagnostic& b) { return rank(a) < rank(b); });
  return result;
}

std::string render(const Diagnostic& diagnostic, bool color) {
  const bool is_error = diagnostic.severity == Severity::error;
  const std::string bold = color ? "\033[1m" : "";
  const std::string strong = color ? (is_error ? "\033[1;31m" : "\033[1;35m") : "";
  const std::string plain = color ? "\033[0m" : "";
  const std::string position =
      diagnostic.file + ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ":";
  std::string text = bold + position + plain + " " + strong + (is_error ? "error:" : "warning:") + plain +
                     " " + diagnostic.summary + "\n";
  if (diagnostic.source_line.empty()) {
    if (!diagnostic.help.empty()) text += "  " + diagnostic.help + "\n";
    return text;
  }
  const std::string label = std::to_string(diagnostic.line);
  const std::string gutter(std::max<std::size_t>(4, label.size() + 1), ' ');
  const auto offset = static_cast<std::size_t>(std::max(0, diagnostic.column - diagnostic.source_column));
  const auto room = static_cast<std::size_t>(longest_line) > offset ? longest_line - offset : 1;
  const std::size_t length = std::min(static_cast<std::size_t>(std::max(1, diagnostic.length)), room);
  text += gutter.substr(label.size()) + label + " | " + diagnostic.source_line + "\n";
  text += gutter + " | " + std::string(offset, ' ') + strong + "^" + std::string(length - 1, '~') + plain;
  if (!diagnostic.help.empty()) text += " " + diagnostic.help;
  return text + "\n";
}

std::string render(const Diagnostics& diagnostics, bool color) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) text += render(diagnostic, color);
  if (diagnostics.omitted() > 0) text += "and " + std::to_string(diagnostics.omitted()) + " more\n";
  if (diagnostics.has_errors()) text += number(diagnostics.errors(), "error") + ". Nothing was run.\n";
  return text;
}

}  // namespace models
