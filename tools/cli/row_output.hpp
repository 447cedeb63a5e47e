// SPDX-License-Identifier: MIT
// Where the rows of a sweep go: to stdout in one format, to files by their endings.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/options.hpp"
#include "tools/cli/output.hpp"
#include "tools/sweep/row_format.hpp"

namespace cli {

struct RowOutput {
  std::string format = "table";
  std::vector<std::string> exports;
};

// --format and --export.
void declare_row_output(Options& options, RowOutput& output);

// What is wrong with the exports; empty: nothing.
std::string problem_of(const RowOutput& output);

class RowPrinter {
 public:
  RowPrinter(const sweep::Header& header, const RowOutput& output, sweep::RowsAt rows_at);

  // Whether the format allows rows to be printed before all are there.
  bool streams() const { return info_->streams; }

  // Prints rows in the order of the points as far as they are there, in formats that allow it. One call at a time.
  void print_ready(const std::function<bool(std::size_t position)>& has);

  // All exports, then what is left of stdout. Requires: all rows are there. Returns an exit code.
  int finish();

  // Of stdout so far.
  int code() const { return code_; }

 private:
  void begin();
  void print_row(std::size_t position);
  void put(const std::string& text);

  const sweep::Header& header_;
  const RowOutput& output_;
  sweep::RowsAt rows_at_;
  const sweep::RowFormatInfo* info_;
  std::unique_ptr<sweep::RowFormat> format_;
  std::size_t printed_ = 0;  // positions
  bool begun_ = false;
  int code_;  // of stdout; nothing more is printed after a failure
};

// Says which points have no rows, and why. `refused` if there are any, else `done`.
int tell_refused(const sweep::Shard& shard, const std::vector<std::size_t>& positions,
                 const std::function<std::string(std::size_t position)>& problem_at);

}  // namespace cli
