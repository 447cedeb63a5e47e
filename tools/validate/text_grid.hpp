// SPDX-License-Identifier: MIT
// Rows of short texts under headings, for a terminal or as Markdown. The first column is text, the others are numbers
// up to the last `text_columns`, which are text again.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace validation {

struct TextGrid {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;   // as wide as the headings
  std::size_t text_columns = 0;
};

std::string drawn(const TextGrid& grid);
std::string as_markdown(const TextGrid& grid);

}  // namespace validation
