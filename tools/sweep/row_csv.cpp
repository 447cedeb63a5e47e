// SPDX-License-Identifier: MIT
// RFC 4180: CRLF, quotes doubled; a cell that does not apply is empty.
#include "tools/report/csv_text.hpp"
#include "tools/sweep/row_format.hpp"

namespace sweep {
namespace {

std::string field(const nlohmann::ordered_json& cell) {
  if (cell.is_string()) return report::csv_quoted(cell.get_ref<const std::string&>());
  if (cell.is_number_float()) return report::csv_number(cell.get<double>());
  return cell.is_null() ? std::string() : cell.dump();
}

class Csv : public RowFormat {
 public:
  std::string begin(const Header& header) override {
    std::string text = "point";
    for (const std::string& column : header.columns) text += ',' + report::csv_quoted(column);
    return text + "\r\n";
  }

  std::string row(std::size_t point, const nlohmann::ordered_json& cells) override {
    std::string text = std::to_string(point);
    for (const nlohmann::ordered_json& cell : cells) text += ',' + field(cell);
    return text + "\r\n";
  }

  std::string end() override { return {}; }
};

}  // namespace

std::unique_ptr<RowFormat> make_row_csv() {
  return std::make_unique<Csv>();
}

}  // namespace sweep
