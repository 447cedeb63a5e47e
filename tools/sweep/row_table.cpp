// SPDX-License-Identifier: MIT
// What a person looks at first: the parameters that were varied and the usual results of the first rows.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tools/report/grid.hpp"
#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"
#include "tools/sweep/row_format.hpp"

namespace sweep {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_rows = 40;

struct Shown {
  std::string_view title;
  std::string_view column;
};
constexpr std::array<Shown, 9> results{{{"DEPLOYMENT", "deployment"},
                                        {"THROUGHPUT", "throughput_per_s"},
                                        {"RPS@SLO", "capacity_per_s"},
                                        {"P50", "latency_p50_s"},
                                        {"P99", "latency_p99_s"},
                                        {"CPU", "cpu_used_cores"},
                                        {"MEMORY", "memory_mean_bytes"},
                                        {"SLO", "slo"},
                                        {"BINDS", "binds"}}};

// The unit that a column's name ends with.
std::string_view unit_of(std::string_view column) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> units{
      {{"_per_s", "1/s"}, {"_s", "s"}, {"_bytes", "bytes"}, {"_cores", "cores"}}};
  for (const auto& [suffix, unit] : units) {
    if (column.ends_with(suffix)) return unit;
  }
  return "count";
}

// As much of the ends of the paths as tells them apart, without their units.
std::vector<std::string> titles(const std::vector<std::string>& columns) {
  std::vector<std::string> all;
  for (const std::string& column : columns) {
    std::size_t dot = column.rfind('.');
    const auto same_end = [&](const std::string& other) {
      return other != column && dot != std::string::npos && other.ends_with(column.substr(dot));
    };
    while (dot != std::string::npos && std::ranges::any_of(columns, same_end))
      dot = dot == 0 ? std::string::npos : column.rfind('.', dot - 1);
    std::string title = dot == std::string::npos ? column : column.substr(dot + 1);
    for (const std::string_view suffix : {"_per_s", "_s", "_bytes", "_cores"}) {
      if (!title.ends_with(suffix)) continue;
      title.resize(title.size() - suffix.size());
      break;
    }
    all.push_back(report::upper(title));
  }
  return all;
}

class Table : public RowFormat {
 public:
  std::string begin(const Header& header) override {
    columns_ = header.columns;
    saturated_at_ = static_cast<std::size_t>(std::ranges::find(columns_, "saturated") - columns_.begin());
    const auto deployment = std::ranges::find(columns_, "deployment");
    const std::vector<std::string> parameters(columns_.begin(), deployment);
    const std::vector<std::string> names = titles(parameters);
    for (std::size_t i = 0; i < parameters.size(); ++i) shown_.push_back({names[i], i, true, {}});
    for (const Shown& one : results) {
      const auto found = std::ranges::find(columns_, one.column);
      if (found == columns_.end()) continue;
      shown_.push_back(
          {std::string(one.title), static_cast<std::size_t>(found - columns_.begin()), false, {}});
    }
    return {};
  }

  std::string row(std::size_t, const ordered_json& cells) override {
    if (rows_++ >= most_rows) return {};
    const bool saturated = saturated_at_ < cells.size() && cells[saturated_at_] == true;
    for (Column& column : shown_) {
      const ordered_json& cell = cells[column.at];
      if (cell.is_number()) column.is_number = true;
      const bool meaningless = saturated && columns_[column.at].starts_with("latency_");
      column.cells.push_back(meaningless ? "saturated" : text_of(cell, column));
    }
    return {};
  }

  std::string end() override {
    std::erase_if(shown_, [](const Column& column) {
      return !column.is_parameter && std::ranges::all_of(column.cells, [](const std::string& cell) {
        return cell == report::not_applicable;
      });
    });
    std::vector<std::size_t> widths;
    for (const Column& column : shown_) {
      std::size_t widest = report::width(column.title);
      for (const std::string& cell : column.cells) widest = std::max(widest, report::width(cell));
      widths.push_back(widest);
    }
    std::string text;
    for (std::size_t line = 0; line <= std::min(rows_, most_rows); ++line) {
      std::string drawn;
      for (std::size_t i = 0; i < shown_.size(); ++i) {
        const std::string& cell = line == 0 ? shown_[i].title : shown_[i].cells[line - 1];
        const std::string space(widths[i] - report::width(cell), ' ');
        if (i > 0) drawn += "  ";
        drawn += shown_[i].is_number ? space + cell : cell + space;
      }
      drawn.erase(drawn.find_last_not_of(' ') + 1);
      text += drawn + "\n";
    }
    if (rows_ > most_rows)
      text += fmt::format("and {} more rows: --export FILE.csv or --format csv has all, with every metric\n",
                          rows_ - most_rows);
    return text;
  }

 private:
  struct Column {
    std::string title;
    std::size_t at;
    bool is_parameter;
    std::vector<std::string> cells;
    bool is_number = false;
  };

  std::string text_of(const ordered_json& cell, const Column& column) const {
    if (cell.is_null()) return std::string(report::not_applicable);
    if (cell.is_string()) return cell.get<std::string>();
    if (!cell.is_number()) return cell.dump();
    const std::string_view unit = unit_of(columns_[column.at]);
    if (!column.is_parameter) return report::format_value(cell.get<double>(), unit);
    return cell.is_number_integer() ? cell.dump() : report::format_setting(cell.get<double>(), unit);
  }

  std::vector<std::string> columns_;
  std::vector<Column> shown_;
  std::size_t saturated_at_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace

std::unique_ptr<RowFormat> make_row_table() {
  return std::make_unique<Table>();
}

}  // namespace sweep
