// SPDX-License-Identifier: MIT
// The table on the terminal, the reading under it, then warnings and assumptions.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "tools/report/day_view.hpp"
#include "tools/report/grid.hpp"
#include "tools/report/reading.hpp"
#include "tools/report/reporter.hpp"
#include "tools/report/wrapping.hpp"

namespace report {
namespace {

std::string row(const std::vector<Column>& columns, const std::vector<std::size_t>& widths,
                const std::function<const std::string&(const Column&)>& text) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& cell = text(columns[i]);
    const std::string padding(widths[i] - width(cell), ' ');
    if (i > 0) line += "  ";
    line += columns[i].is_number ? padding + cell : cell + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string drawn(const Grid& grid) {
  std::vector<std::size_t> widths;
  for (const Column& column : grid.columns) {
    std::size_t widest = width(column.title);
    for (const std::string& cell : column.cells) widest = std::max(widest, width(cell));
    widths.push_back(widest);
  }
  std::string text =
      row(grid.columns, widths, [](const Column& column) -> const std::string& { return column.title; });
  for (std::size_t i = 0; i < grid.columns.front().cells.size(); ++i) {
    text += row(grid.columns, widths, [i](const Column& column) -> const std::string& { return column.cells[i]; });
  }
  return text;
}

class Table : public Reporter {
 public:
  std::string serialize(std::span<const models::Comparison> comparisons, const Context& context) const override {
    std::string text;
    for (const models::Comparison& comparison : comparisons) {
      if (&comparison != comparisons.data()) text += "\n";
      if (comparisons.size() > 1) text += comparison.scenario.file + "\n";
      if (!comparison.scenario.description.empty()) text += wrapped(comparison.scenario.description) + "\n\n";
      const Grid grid = make_view(comparison, context.view, context.wide);
      text += drawn(grid);
      if (!grid.left_out.empty()) {
        text += fmt::format("(too wide for {}: --wide shows all)\n", fmt::join(grid.left_out, ", "));
      }
      const Grid offers = make_offers(comparison, context.view, context.wide);
      if (!offers.columns.empty()) text += fmt::format("\nOn every offer:\n{}", drawn(offers));
      if (has_days(comparison) && context.view == View::scenario) text += fmt::format("\nOver the day:\n{}", drawn(day_grid(comparison)));
      const std::string read = text_of(reading(comparison));
      if (!read.empty()) text += fmt::format("\n{}\n", wrapped(read));
      const std::vector<std::string> lines = remarks(comparison);
      if (!lines.empty()) text += fmt::format("\n{}\n", wrapped(fmt::format("{}", fmt::join(lines, "\n"))));
    }
    return text;
  }
};

}  // namespace

std::unique_ptr<Reporter> make_table() { return std::make_unique<Table>(); }

}  // namespace report
