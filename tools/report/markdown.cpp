// SPDX-License-Identifier: MIT
// The same cells as the table, for issues and documents.
#include <fmt/format.h>

#include "tools/report/day_view.hpp"
#include "tools/report/grid.hpp"
#include "tools/report/reading.hpp"
#include "tools/report/reporter.hpp"

namespace report {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char character : text) {
    if (character == '|' || character == '*' || character == '_' || character == '`' || character == '<') result += '\\';
    result += character == '\n' ? ' ' : character;
  }
  return result;
}

std::string drawn(const Grid& grid) {
  std::string titles = "|";
  std::string rule = "|";
  for (const Column& column : grid.columns) {
    titles += fmt::format(" {} |", column.title);
    rule += column.is_number ? " ---: |" : " :--- |";
  }
  std::string text = titles + "\n" + rule + "\n";
  for (std::size_t i = 0; i < grid.columns.front().cells.size(); ++i) {
    text += "|";
    for (const Column& column : grid.columns) text += fmt::format(" {} |", escaped(column.cells[i]));
    text += "\n";
  }
  return text;
}

class Markdown : public Reporter {
 public:
  std::string serialize(std::span<const models::Comparison> comparisons, const Context& context) const override {
    std::string text;
    for (const models::Comparison& comparison : comparisons) {
      if (&comparison != comparisons.data()) text += "\n";
      text += fmt::format("## {}\n\n", escaped(comparison.scenario.file));
      if (!comparison.scenario.description.empty()) text += escaped(comparison.scenario.description) + "\n\n";
      // A document has no edge to run over: nothing is left out for width.
      text += drawn(make_view(comparison, context.view, context.wide, std::string::npos));
      const Grid offers = make_offers(comparison, context.view, context.wide);
      if (!offers.columns.empty()) text += fmt::format("\nOn every offer:\n\n{}", drawn(offers));
      if (has_days(comparison) && context.view == View::scenario) text += fmt::format("\nOver the day:\n\n{}", drawn(day_grid(comparison, std::string::npos)));
      const std::string read = text_of(reading(comparison));
      if (!read.empty()) text += fmt::format("\n{}\n", escaped(read));
      const std::vector<std::string> lines = remarks(comparison);
      if (!lines.empty()) text += "\n";
      for (const std::string& line : lines) {
        // What is indented belongs to the line above it.
        const std::size_t indent = line.find_first_not_of(' ');
        text += fmt::format("{:{}}- {}\n", "", indent, escaped(line.substr(indent)));
      }
    }
    return text;
  }
};

}  // namespace

std::unique_ptr<Reporter> make_markdown() { return std::make_unique<Markdown>(); }

}  // namespace report
