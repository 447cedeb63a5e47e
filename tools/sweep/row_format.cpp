// SPDX-License-Identifier: MIT
#include "tools/sweep/row_format.hpp"

#include <algorithm>
#include <array>

namespace sweep {
namespace {

constexpr std::array<RowFormatInfo, 4> all_formats{{
    {"table", "", "the first 40 rows and the usual columns, for people", false, make_row_table},
    {"csv", ".csv",
     "a row for each point and deployment, parameters first, SI units in the column names (RFC 4180)", true,
     make_row_csv},
    {"jsonl", ".jsonl", "the same as JSON Lines: an object for each row", true, make_row_json_lines},
    {"json", ".json", "one document: the design and all rows", false, make_row_json},
}};

}  // namespace

std::span<const RowFormatInfo> row_formats() {
  return all_formats;
}

const RowFormatInfo* row_format_named(std::string_view name) {
  const auto* found = std::ranges::find(all_formats, name, &RowFormatInfo::name);
  return found == all_formats.end() ? nullptr : found;
}

const RowFormatInfo* row_format_of_file(std::string_view file) {
  const auto* found = std::ranges::find_if(all_formats, [&](const RowFormatInfo& one) {
    return !one.extension.empty() && file.ends_with(one.extension);
  });
  return found == all_formats.end() ? nullptr : found;
}

bool write_all(const Header& header, const Shard& shard, const RowsAt& rows_at, RowFormat& format,
               const Sink& sink) {
  if (!sink(format.begin(header))) return false;
  for (std::size_t position = 0; position < shard.size(header.points); ++position) {
    for (const nlohmann::ordered_json& cells : rows_at(position)) {
      if (!sink(format.row(shard.point(position) + 1, cells))) return false;
    }
  }
  return sink(format.end());
}

}  // namespace sweep
