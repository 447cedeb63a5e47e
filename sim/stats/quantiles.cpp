// SPDX-License-Identifier: MIT
#include "sim/stats/quantiles.hpp"

#include <cmath>

namespace sim {

double Quantiles::centre(std::size_t index) {
  const std::uint64_t bits = (leading_bits(lowest) + index) << (52 - part_bits);
  const std::uint64_t half_a_part = std::uint64_t{1} << (52 - part_bits - 1);
  return std::bit_cast<double>(bits | half_a_part);
}

void Quantiles::add_outside(double observation) {
  if (std::isnan(observation)) {
    ++not_a_number_;
  } else if (observation < lowest) {
    ++below_;
  }
}

double Quantiles::quantile(double p) const {
  if (count_ == 0 || not_a_number_ > 0) return std::numeric_limits<double>::quiet_NaN();
  // 0.07 * 100 is a little more than 7 in binary: a product that rounding has lifted past a rank still means
  // it.
  const double rank = std::ceil(p * static_cast<double>(count_) * (1.0 - 1e-14));
  if (rank <= 1.0) return min_;
  if (rank >= static_cast<double>(count_)) return max_;
  const auto wanted = static_cast<std::uint64_t>(rank);
  std::uint64_t passed = below_;
  if (passed >= wanted) return min_;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    passed += buckets_[i];
    if (passed >= wanted) return std::clamp(centre(i), min_, max_);
  }
  return max_;
}

double Quantiles::share_up_to(double value) const {
  if (count_ == 0 || not_a_number_ > 0 || std::isnan(value)) return std::numeric_limits<double>::quiet_NaN();
  if (value < min_) return 0.0;
  if (value >= max_) return 1.0;
  if (value < lowest) return static_cast<double>(below_) / static_cast<double>(count_);
  std::uint64_t passed = below_;
  // Observations beyond the range are counted in no bucket: they are above every value in it.
  const std::size_t last = value < highest ? index(value) : buckets_.size();
  for (std::size_t i = 0; i < last; ++i) passed += buckets_[i];
  double counted = static_cast<double>(passed);
  if (last < buckets_.size()) {
    const double low = std::bit_cast<double>((leading_bits(lowest) + last) << (52 - part_bits));
    const double width = 2.0 * (centre(last) - low);
    counted += static_cast<double>(buckets_[last]) * (value - low) / width;
  }
  return counted / static_cast<double>(count_);
}

void Quantiles::merge(const Quantiles& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  below_ += other.below_;
  not_a_number_ += other.not_a_number_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void Quantiles::clear() {
  *this = Quantiles();
}

}  // namespace sim
