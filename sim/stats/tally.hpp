// SPDX-License-Identifier: MIT
// Count, mean, variance and range of plain observations, in their own unit.
// Welford's recurrence; merge() by Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
// computing sample variances" (1979). The mean of equal observations is exactly that observation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace sim {

class Tally {
 public:
  void add(double observation) {
    ++count_;
    const double from_old_mean = observation - mean_;
    // Signed on its way, because that is what processors convert at once.
    mean_ += from_old_mean / static_cast<double>(static_cast<std::int64_t>(count_));
    squares_ += from_old_mean * (observation - mean_);
    min_ = std::min(min_, observation);
    max_ = std::max(max_, observation);
  }

  void merge(const Tally& other) {
    if (other.count_ == 0) return;
    const double mine = static_cast<double>(count_);
    const double theirs = static_cast<double>(other.count_);
    const double between = other.mean_ - mean_;
    count_ += other.count_;
    const double all = static_cast<double>(count_);
    mean_ += between * (theirs / all);
    squares_ += other.squares_ + between * between * (mine * theirs / all);
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
  }

  std::uint64_t count() const { return count_; }
  double mean() const { return count_ > 0 ? mean_ : nan; }
  // Unbiased; NaN below two observations.
  double variance() const { return count_ > 1 ? squares_ / static_cast<double>(count_ - 1) : nan; }
  double min() const { return count_ > 0 ? min_ : nan; }
  double max() const { return count_ > 0 ? max_ : nan; }

 private:
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  std::uint64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;  // sum of squared deviations from the mean
  double min_ = infinity;
  double max_ = -infinity;
};

}  // namespace sim
