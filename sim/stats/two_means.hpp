// SPDX-License-Identifier: MIT
// What two means tell about their difference and their ratio: from paired observations (Student's interval of the
// differences), or from independent ones with variances of their own (Welch 1947).
// The interval of the ratio second / first is Fieller's (1954): every r for which second - r * first may be zero.
// So contrast(r) proves "more than r times" exactly where the whole interval of the ratio lies above r.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "sim/stats/confidence.hpp"

namespace sim {

struct RatioInterval {
  double low = 1.0;
  double high = 1.0;
};

class TwoMeans {
 public:
  // Over the observations that both have; observation k of both saw the same random numbers.
  static TwoMeans paired(std::span<const double> first, std::span<const double> second);
  // Two intervals of level 95 % with the number of observations behind each.
  static TwoMeans independent(const Interval& first, std::size_t first_count, const Interval& second,
                              std::size_t second_count);

  double first() const { return first_; }
  double second() const { return second_; }
  // second - ratio * first. The half width is infinite when too little was observed and NaN when something was not
  // finite.
  Interval contrast(double ratio = 1.0) const;
  // Nothing when `first` may be zero.
  std::optional<RatioInterval> ratio() const;

 private:
  double variance(double ratio) const { return var_second_ - 2.0 * ratio * covariance_ + ratio * ratio * var_first_; }

  double first_ = 0.0;
  double second_ = 0.0;
  double var_first_ = 0.0;  // of the mean, as the others
  double var_second_ = 0.0;
  double covariance_ = 0.0;
  double t_ = 0.0;          // standard errors that make a half width
};

}  // namespace sim
