// SPDX-License-Identifier: MIT
// How the rows of a sweep are written, row by row, so that their number does not matter.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "tools/sweep/header.hpp"

namespace sweep {

class RowFormat {
 public:
  virtual ~RowFormat() = default;
  // What stands before, of, and after the rows; text to be written in this order.
  virtual std::string begin(const Header& header) = 0;
  // cells: an array as long as the header's columns. Points are numbered from 1.
  virtual std::string row(std::size_t point, const nlohmann::ordered_json& cells) = 0;
  virtual std::string end() = 0;
};

struct RowFormatInfo {
  std::string_view name;       // of --format
  std::string_view extension;  // of --export, with its dot; empty: not for files
  std::string_view help;
  bool streams;  // a row is text as soon as its turn comes
  std::unique_ptr<RowFormat> (*make)();
};

std::span<const RowFormatInfo> row_formats();
const RowFormatInfo* row_format_named(std::string_view name);    // null: there is none
const RowFormatInfo* row_format_of_file(std::string_view file);  // by extension; null: there is none

std::unique_ptr<RowFormat> make_row_table();
std::unique_ptr<RowFormat> make_row_csv();
std::unique_ptr<RowFormat> make_row_json_lines();
std::unique_ptr<RowFormat> make_row_json();

// Where text goes; false when it cannot be written, and nothing more is.
using Sink = std::function<bool(std::string_view text)>;

// All rows of a position within a shard.
using RowsAt = std::function<nlohmann::ordered_json(std::size_t position)>;

// Everything, in the order of the points. False when the sink failed.
bool write_all(const Header& header, const Shard& shard, const RowsAt& rows_at, RowFormat& format,
               const Sink& sink);

}  // namespace sweep
