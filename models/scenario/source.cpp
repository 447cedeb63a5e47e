// SPDX-License-Identifier: MIT
#include "models/scenario/source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace models {

namespace {

int characters(std::string_view bytes) {
  return static_cast<int>(std::count_if(
      bytes.begin(), bytes.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

struct CloseUnlessStandardInput {
  void operator()(std::FILE* stream) const {
    if (stream != stdin) std::fclose(stream);
  }
};

std::string reason(int code) {
  return std::error_code(code, std::generic_category()).message();
}

}  // namespace

Source::Source(std::string name, std::string text, int first_column, std::string shown)
    : name_(std::move(name)), text_(std::move(text)), first_column_(first_column), shown_(std::move(shown)) {
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

std::string Source::folder() const {
  const std::size_t slash = name_.rfind('/');
  return slash == std::string::npos ? std::string() : name_.substr(0, slash + 1);
}

Place Source::place(std::size_t offset, std::size_t length) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line_number = static_cast<int>(next - line_starts_.begin());
  const std::size_t start = *(next - 1);
  const std::size_t line_end = next == line_starts_.end() ? text_.size() : *next - 1;
  const std::size_t end = std::min(offset + length, std::max(line_end, offset));
  Place place{this, line_number, 1, 1};
  place.column = characters(std::string_view(text_).substr(start, offset - start)) + 1;
  if (line_number == 1) place.column += first_column_ - 1;
  place.length = std::max(1, characters(std::string_view(text_).substr(offset, end - offset)));
  return place;
}

std::string_view Source::line(int number) const {
  if (number == 1 && !shown_.empty()) return shown_;
  if (number < 1 || static_cast<std::size_t>(number) > line_starts_.size()) return {};
  const std::size_t start = line_starts_[static_cast<std::size_t>(number) - 1];
  const std::size_t end = text_.find('\n', start);
  return std::string_view(text_).substr(start, end == std::string::npos ? end : end - start);
}

FileText read_file(const std::string& file, std::size_t limit) {
  const std::unique_ptr<std::FILE, CloseUnlessStandardInput> stream(
      file == "-" ? stdin : std::fopen(file.c_str(), "rb"));
  if (!stream) return {{}, "cannot be opened: " + reason(errno)};
  FileText result;
  std::string block(std::size_t{1} << 16, '\0');
  while (result.text.size() <= limit) {
    errno = 0;
    const std::size_t got = std::fread(block.data(), 1, block.size(), stream.get());
    result.text.append(block, 0, got);
    if (got < block.size()) {
      if (std::ferror(stream.get())) result.problem = "cannot be read: " + reason(errno);
      break;
    }
  }
  if (result.problem.empty() && result.text.size() > limit) {
    result.problem = "is larger than " + std::to_string(limit >> 20) + " MiB";
  }
  if (!result.problem.empty()) result.text.clear();
  return result;
}

}  // namespace models
