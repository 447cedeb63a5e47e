// SPDX-License-Identifier: MIT
#include "tools/cli/row_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "tools/cli/command.hpp"
#include "tools/cli/exports.hpp"

namespace cli {

void declare_row_output(Options& options, RowOutput& output) {
  std::vector<std::string_view> names;
  std::string help = "How the rows on stdout look";
  std::string endings;
  for (const sweep::RowFormatInfo& info : sweep::row_formats()) {
    names.push_back(info.name);
    help += fmt::format("\n{}: {}", info.name, info.help);
    if (!info.extension.empty()) endings.append(endings.empty() ? "" : " ").append(info.extension);
  }
  options.choice("--format", output.format, names, "NAME", help);
  options.repeated(
      "--export", output.exports, "FILE",
      fmt::format("Also write FILE, its ending says how ({}); - is stdout; repeatable", endings));
}

std::string problem_of(const RowOutput& output) {
  std::vector<std::string_view> endings;
  for (const sweep::RowFormatInfo& info : sweep::row_formats()) {
    if (!info.extension.empty()) endings.push_back(info.extension);
  }
  return exports_problem(output.exports, endings);
}

RowPrinter::RowPrinter(const sweep::Header& header, const RowOutput& output, sweep::RowsAt rows_at)
    : header_(header),
      output_(output),
      rows_at_(std::move(rows_at)),
      info_(sweep::row_format_named(output.format)),
      format_(info_->make()),
      code_(done) {}

void RowPrinter::print_ready(const std::function<bool(std::size_t position)>& has) {
  if (!streams()) return;
  begin();
  while (code_ == done && printed_ < header_.shard.size(header_.points) && has(printed_))
    print_row(printed_++);
}

int RowPrinter::finish() {
  int code = done;
  // Files first: a broken pipe on stdout must not cost them.
  for (const std::string& file : output_.exports) {
    if (file == to_stdout) continue;
    WholeFile whole(file);
    const auto format = sweep::row_format_of_file(file)->make();
    const bool written = whole.problem().empty() &&
                         sweep::write_all(header_, header_.shard, rows_at_, *format,
                                          [&](std::string_view text) { return whole.write(text); }) &&
                         whole.finish();
    if (written) continue;
    complain("--export " + whole.problem());
    code = refused;
  }
  begin();
  while (code_ == done && printed_ < header_.shard.size(header_.points)) print_row(printed_++);
  put(format_->end());
  return code_ == done ? code : code_;
}

void RowPrinter::begin() {
  if (!begun_) put(format_->begin(header_));
  begun_ = true;
}

void RowPrinter::print_row(std::size_t position) {
  for (const nlohmann::ordered_json& cells : rows_at_(position))
    put(format_->row(header_.shard.point(position) + 1, cells));
}

void RowPrinter::put(const std::string& text) {
  if (code_ == done && !text.empty()) code_ = print(text);
}

int tell_refused(const sweep::Shard& shard, const std::vector<std::size_t>& positions,
                 const std::function<std::string(std::size_t position)>& problem_at) {
  constexpr std::size_t most_told = 10;
  if (positions.empty()) return done;
  for (std::size_t i = 0; i < std::min(positions.size(), most_told); ++i)
    complain(fmt::format("point {} is refused: {}", shard.point(positions[i]) + 1, problem_at(positions[i])));
  tell(fmt::format("forkcast: {} refused {} no rows", positions.size(),
                   positions.size() == 1 ? "point has" : "points have"));
  return refused;
}

}  // namespace cli
