// SPDX-License-Identifier: MIT
// Quantiles of non-negative observations in fixed memory (51 kB), whatever their number.
//
// Log-linear buckets: every octave [2^e, 2^(e+1)) is cut into 128 equal parts, so that the bucket of a double
// is its leading bits. A bucket [l, l + w) has w <= l / 128 and answers with its centre, at most w / 2 from
// any member: the relative error of a quantile against the order statistic is at most 1/256 = 0.39 %. The
// range is 2^-30 (0.93e-9) to 2^20 (1.05e6); below it the smallest observation answers, above it the largest.
// Answers never leave [min, max], so equal observations are reported exactly. Multiplying all observations by
// a power of two multiplies every answer by exactly that, as long as they stay in the range.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace sim {

class Quantiles {
 public:
  Quantiles() : buckets_(bucket_count, 0) {}

  void add(double observation) {
    ++count_;
    min_ = std::min(min_, observation);
    max_ = std::max(max_, observation);
    // Of what is outside, negative numbers and NaN among it, no index is so low.
    if (const std::size_t at = index(observation); at < bucket_count) [[likely]] {
      ++buckets_[at];
    } else {
      add_outside(observation);
    }
  }

  // The order statistic of rank ceil(p * count()), 0 <= p <= 1; NaN when empty or when a NaN was added.
  double quantile(double p) const;

  // Share of the observations that are at most `value`; the bucket that holds it counts in proportion. NaN as above.
  double share_up_to(double value) const;

  std::uint64_t count() const { return count_; }
  void merge(const Quantiles& other);
  void clear();

 private:
  static constexpr int part_bits = 7;
  static constexpr double lowest = 0x1p-30;
  static constexpr double highest = 0x1p20;
  static constexpr std::size_t bucket_count = std::size_t{50} << part_bits;

  static constexpr std::uint64_t leading_bits(double value) {
    return std::bit_cast<std::uint64_t>(value) >> (52 - part_bits);
  }
  static constexpr std::size_t index(double value) {
    return static_cast<std::size_t>(leading_bits(value) - leading_bits(lowest));
  }
  static double centre(std::size_t index);

  void add_outside(double observation);

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t below_ = 0;
  std::uint64_t not_a_number_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
};

}  // namespace sim
