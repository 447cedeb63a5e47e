// SPDX-License-Identifier: MIT
#include "tools/validate/text_grid.hpp"

#include <algorithm>

#include "tools/report/grid.hpp"

namespace validation {

namespace {

bool is_text(const TextGrid& grid, std::size_t column) {
  return column == 0 || column + grid.text_columns >= grid.headings.size();
}

}  // namespace

std::string drawn(const TextGrid& grid) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < grid.headings.size(); ++i) {
    std::size_t widest = report::width(grid.headings[i]);
    for (const auto& row : grid.rows) widest = std::max(widest, report::width(row[i]));
    widths.push_back(widest);
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - report::width(row[i]), ' ');
      if (i > 0) line += "  ";
      line += is_text(grid, i) ? row[i] + padding : padding + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line;
    text += '\n';
  };
  add(grid.headings);
  for (const auto& row : grid.rows) add(row);
  return text;
}

std::string as_markdown(const TextGrid& grid) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    for (const std::string& cell : row) {
      text += "| ";
      for (const char c : cell) text += c == '|' ? std::string("\\|") : std::string(1, c);
      text += ' ';
    }
    text += "|\n";
  };
  add(grid.headings);
  for (std::size_t i = 0; i < grid.headings.size(); ++i) text += is_text(grid, i) ? "|---" : "|---:";
  text += "|\n";
  for (const auto& row : grid.rows) add(row);
  return text;
}

}  // namespace validation
