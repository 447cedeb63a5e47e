// SPDX-License-Identifier: MIT
// The values that a parameter goes through, as a user writes them:
//   1,2,4                   a list; commas within [] and {} belong to a value
//   1..16, 1..16 by 3       steps of 1, or of what `by` says, up to the upper end at most
//   10ms..40ms by 10ms      a unit at the end alone holds for all: 10..40ms by 10
//   log 1..64, log 1..1000 by 10    doubling, or by that factor
// Values are texts, computed one by one: a range of a million takes no memory. Steps are counted in decimal,
// so that 0.1..0.3 by 0.1 holds 0.3.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace models {

// What is wrong with a stretch of a text, and what would be right.
struct TextError {
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string problem;
  std::string remedy;
};

class AxisValues {
 public:
  // A list of at least one.
  explicit AxisValues(std::vector<std::string> list);
  static std::variant<AxisValues, TextError> parse(std::string_view text);

  // As it was written; of a list, its values with commas between them.
  const std::string& written() const { return written_; }
  std::size_t size() const { return range_ ? range_->count : list_.size(); }
  std::string at(std::size_t index) const;
  bool is_range() const { return range_.has_value(); }
  // A range whose step is not stated: samples may lie anywhere in it.
  bool continuous() const { return range_ && !range_->step_stated; }
  // The value at a position in [0, 1): values of a list have equal shares, a continuous range is uniform, or
  // uniform in the logarithm. whole: the parameter takes whole numbers only.
  std::string sample(double position, bool whole) const;

 private:
  struct Range {
    double low = 0.0;
    double high = 0.0;
    double step = 1.0;  // or factor
    bool step_stated = false;
    bool logarithmic = false;
    double scale = 1.0;  // the power of ten that makes whole numbers of low and step
    std::size_t count = 0;
    std::string unit;
  };
  static std::variant<AxisValues, TextError> parse_range(std::string_view text);

  std::string written_;
  std::vector<std::string> list_;
  std::optional<Range> range_;
};

}  // namespace models
