// SPDX-License-Identifier: MIT
// The text of a file and places in it. A place is a line and a column, both from 1, the column in characters.
// Invariants: at most 1 MiB is ever read; the text of an accepted source is valid UTF-8 with "\n" line ends,
// no byte order mark, no control characters but the line ends, and no tab before the first character of a
// line.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace models {

class Source;

// A stretch of one line of a source.
struct Place {
  const Source* source = nullptr;
  int line = 1;
  int column = 1;
  int length = 1;
};

class Source {
 public:
  // first_column: where the text begins when it is the end of a longer line, which `shown` then is.
  Source(std::string name, std::string text, int first_column = 1, std::string shown = {});

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  // The folder that relative paths in this source start from, with a slash at its end or empty.
  std::string folder() const;

  // offset and length in bytes; the place ends with the line at the latest.
  Place place(std::size_t offset, std::size_t length) const;
  Place whole() const { return {this, 1, 1, 1}; }

  // A line as a person sees it, without its end.
  std::string_view line(int number) const;

 private:
  std::string name_;
  std::string text_;
  int first_column_;
  std::string shown_;
  std::vector<std::size_t> line_starts_;
};

inline constexpr std::size_t largest_file = std::size_t{1} << 20;

// What the operating system gives for a file ("-": standard input), or why not.
struct FileText {
  std::string text;
  std::string problem;  // empty: read to the end
};
FileText read_file(const std::string& file, std::size_t limit);

}  // namespace models
