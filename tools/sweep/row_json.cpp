// SPDX-License-Identifier: MIT
// A row is a flat object with the names of the CSV's columns; what does not apply is null. As JSON Lines, or
// within a document that says what was swept.
#include "tools/report/json_text.hpp"
#include "tools/sweep/row_format.hpp"

namespace sweep {
namespace {

using nlohmann::ordered_json;

class JsonLines : public RowFormat {
 public:
  std::string begin(const Header& header) override {
    columns_ = header.columns;
    return {};
  }

  std::string row(std::size_t point, const ordered_json& cells) override {
    ordered_json object{{"point", point}};
    for (std::size_t i = 0; i < columns_.size() && i < cells.size(); ++i) object[columns_[i]] = cells[i];
    return report::json_text(object) + "\n";
  }

  std::string end() override { return {}; }

 private:
  std::vector<std::string> columns_;
};

class JsonDocument : public RowFormat {
 public:
  std::string begin(const Header& header) override {
    lines_.begin(header);
    const ordered_json context{{"format_version", "1.0"},
                               {"version", header.version},
                               {"scenario_file", header.scenario_file},
                               {"scenario_hash", header.scenario_hash},
                               {"seed", header.seed},
                               {"design", header.design},
                               {"capacity", header.capacity},
                               {"points", header.points}};
    std::string text = report::json_text(context, 2);
    text.erase(text.rfind('\n'));
    return text + ",\n  \"rows\": [";
  }

  std::string row(std::size_t point, const ordered_json& cells) override {
    std::string text = any_ ? ",\n    " : "\n    ";
    any_ = true;
    text += lines_.row(point, cells);
    text.pop_back();
    return text;
  }

  std::string end() override { return "\n  ]\n}\n"; }

 private:
  JsonLines lines_;
  bool any_ = false;
};

}  // namespace

std::unique_ptr<RowFormat> make_row_json_lines() {
  return std::make_unique<JsonLines>();
}
std::unique_ptr<RowFormat> make_row_json() {
  return std::make_unique<JsonDocument>();
}

}  // namespace sweep
