// SPDX-License-Identifier: MIT
#include "tools/report/wrapping.hpp"

#include "tools/report/grid.hpp"

namespace report {

std::string wrapped(const std::string& text, std::size_t limit) {
  std::string result;
  std::size_t column = 0;
  std::string indent;
  std::string word;
  const auto put = [&] {
    if (word.empty()) return;
    if (column > indent.size() && column + 1 + width(word) > limit) {
      result += '\n' + indent + "  ";
      column = indent.size() + 2;
    } else if (column > indent.size()) {
      result += ' ';
      ++column;
    }
    result += word;
    column += width(word);
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_line = i == 0 || text[i - 1] == '\n';
    if (starts_line) {
      indent = text.substr(i, text.find_first_not_of(' ', i) - i);
      result += indent;
      column = indent.size();
      i += indent.size();
      if (i == text.size()) break;
    }
    if (text[i] == ' ') {
      put();
    } else if (text[i] == '\n') {
      put();
      result += '\n';
    } else {
      word += text[i];
    }
  }
  put();
  return result;
}

}  // namespace report
