// SPDX-License-Identifier: MIT
#include "sim/stats/two_means.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/stats/tally.hpp"

namespace sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The variance of a mean, read back from its interval.
double variance_of(const Interval& interval, std::size_t count) {
  if (!(interval.half_width < infinity) || count < 2) return std::isnan(interval.half_width) ? interval.half_width : infinity;
  const double error = interval.half_width / t_quantile(static_cast<double>(count) - 1.0);
  return error * error;
}

}  // namespace

TwoMeans TwoMeans::paired(std::span<const double> first, std::span<const double> second) {
  const std::size_t pairs = std::min(first.size(), second.size());
  Tally of_first;
  Tally of_second;
  for (std::size_t k = 0; k < pairs; ++k) {
    of_first.add(first[k]);
    of_second.add(second[k]);
  }
  double products = 0.0;
  for (std::size_t k = 0; k < pairs; ++k) products += (first[k] - of_first.mean()) * (second[k] - of_second.mean());
  const auto n = static_cast<double>(pairs);
  TwoMeans result;
  result.first_ = of_first.mean();
  result.second_ = of_second.mean();
  if (pairs < 2) {
    result.var_first_ = result.var_second_ = infinity;
    return result;
  }
  result.var_first_ = of_first.variance() / n;
  result.var_second_ = of_second.variance() / n;
  result.covariance_ = products / (n - 1.0) / n;
  result.t_ = t_quantile(n - 1.0);
  return result;
}

TwoMeans TwoMeans::independent(const Interval& first, std::size_t first_count, const Interval& second,
                               std::size_t second_count) {
  TwoMeans result;
  result.first_ = first.mean;
  result.second_ = second.mean;
  result.var_first_ = variance_of(first, first_count);
  result.var_second_ = variance_of(second, second_count);
  const double sum = result.var_first_ + result.var_second_;
  if (!std::isfinite(sum)) return result;
  const double first_degrees = static_cast<double>(first_count) - 1.0;
  const double second_degrees = static_cast<double>(second_count) - 1.0;
  // Welch-Satterthwaite, for the plain difference; two exact means have all degrees of freedom.
  const double spread = result.var_first_ * result.var_first_ / first_degrees +
                        result.var_second_ * result.var_second_ / second_degrees;
  result.t_ = t_quantile(spread > 0.0 ? sum * sum / spread : first_degrees + second_degrees);
  return result;
}

Interval TwoMeans::contrast(double ratio) const {
  const double mean = second_ - ratio * first_;
  if (var_first_ == infinity || var_second_ == infinity) return {mean, infinity};
  // Rounding may leave a variance of equal observations just below zero.
  const double spread = variance(ratio);
  return {mean, std::isnan(spread) ? spread : t_ * std::sqrt(std::max(0.0, spread))};
}

std::optional<RatioInterval> TwoMeans::ratio() const {
  const double t2 = t_ * t_;
  const double a = first_ * first_ - t2 * var_first_;
  const double b = first_ * second_ - t2 * covariance_;
  const double c = second_ * second_ - t2 * var_second_;
  if (!(a > 0.0) || !std::isfinite(a + b + c)) return std::nullopt;
  const double root = std::sqrt(std::max(0.0, b * b - a * c));
  return RatioInterval{(b - root) / a, (b + root) / a};
}

}  // namespace sim
