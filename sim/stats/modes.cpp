// SPDX-License-Identifier: MIT
#include "sim/stats/modes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/random/elementary.hpp"

namespace sim {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_modes = 9;

// Sums over ranges of ascending values, taken about the median to keep their digits.
class Ranges {
 public:
  explicit Ranges(const std::vector<double>& sorted) : sums_(sorted.size() + 1), squares_(sorted.size() + 1) {
    const double origin = sorted[sorted.size() / 2];
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      const double x = sorted[i] - origin;
      sums_[i + 1] = sums_[i] + x;
      squares_[i + 1] = squares_[i] + x * x;
    }
  }

  // Sum of squared deviations from the mean of [begin, end).
  double squared_error(std::size_t begin, std::size_t end) const {
    const double sum = sums_[end] - sums_[begin];
    return std::max(0.0, squares_[end] - squares_[begin] - sum * sum / static_cast<double>(end - begin));
  }

 private:
  std::vector<double> sums_;
  std::vector<double> squares_;
};

// All k-means partitions of up to most_modes clusters: cluster j of k begins at begins(k)[j], its end is the
// next one's begin; begins(k) ends with n.
class Partitions {
 public:
  Partitions(const Ranges& ranges, std::size_t n, std::size_t fewest) : n_(n) {
    error_.assign(1, std::vector<double>(n + 1, infinity));
    error_[0][0] = 0.0;
    last_begin_.emplace_back();
    for (std::size_t k = 1; k <= most_modes && k * fewest <= n; ++k) {
      error_.emplace_back(n + 1, infinity);
      last_begin_.emplace_back(n + 1, 0);
      for (std::size_t end = k * fewest; end <= n; ++end) {
        for (std::size_t begin = (k - 1) * fewest; begin + fewest <= end; ++begin) {
          const double error = error_[k - 1][begin] + ranges.squared_error(begin, end);
          if (error < error_[k][end]) {
            error_[k][end] = error;
            last_begin_[k][end] = begin;
          }
        }
      }
    }
  }

  std::size_t most_clusters() const { return error_.size() - 1; }

  std::vector<std::size_t> begins(std::size_t clusters) const {
    std::vector<std::size_t> begins(clusters + 1, n_);
    for (std::size_t k = clusters; k > 0; --k) begins[k - 1] = last_begin_[k][begins[k]];
    return begins;
  }

 private:
  std::size_t n_;
  std::vector<std::vector<double>> error_;
  std::vector<std::vector<std::size_t>> last_begin_;
};

double critical_value(std::size_t n) {
  if (n < 5) return infinity;
  const double x = static_cast<double>(n - 4);
  return std::max(1.5, 1.0 + 35.0 / (x * std::sqrt(std::sqrt(x))));
}

// B of the union of [begin, middle) and [middle, end).
bool distinct(const Ranges& ranges, std::size_t begin, std::size_t middle, std::size_t end) {
  const double united = ranges.squared_error(begin, end);
  const double parted = ranges.squared_error(begin, middle) + ranges.squared_error(middle, end);
  const double p = static_cast<double>(middle - begin) / static_cast<double>(end - begin);
  const double labels = p * log_portable(p) + (1.0 - p) * log_portable(1.0 - p);
  const double critical = critical_value(end - begin);
  if (critical == infinity || united == 0.0) return false;
  return parted == 0.0 || log_portable(united / parted) + 2.0 * labels > log_portable(critical);
}

double mean(const std::vector<double>& sorted, std::size_t begin, std::size_t end) {
  double sum = 0.0;
  for (std::size_t i = begin; i < end; ++i) sum += sorted[i] - sorted[begin];
  return sorted[begin] + sum / static_cast<double>(end - begin);
}

}  // namespace

std::vector<ModeOfSample> find_modes(std::span<const double> values, double least_separation) {
  const std::size_t n = values.size();
  if (n == 0 || !std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }))
    return {};

  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> sorted;
  sorted.reserve(n);
  for (const std::size_t i : order) sorted.push_back(values[i]);
  std::vector<double> logarithms;
  logarithms.reserve(n);
  for (const double x : sorted) logarithms.push_back(sorted.front() > 0.0 ? log_portable(x) : x);
  const Ranges linear(sorted);
  const Ranges logarithmic(logarithms);

  const auto all_distinct = [&](const std::vector<std::size_t>& begins) {
    for (std::size_t j = 0; j + 2 < begins.size(); ++j) {
      const double left = mean(sorted, begins[j], begins[j + 1]);
      const double right = mean(sorted, begins[j + 1], begins[j + 2]);
      if (right - left < least_separation * std::max(std::abs(left), std::abs(right))) return false;
      if (!distinct(linear, begins[j], begins[j + 1], begins[j + 2])) return false;
      if (!distinct(logarithmic, begins[j], begins[j + 1], begins[j + 2])) return false;
    }
    return true;
  };

  const Partitions partitions(linear, n, std::max<std::size_t>(2, (n + 19) / 20));
  std::vector<std::size_t> begins{0, n};
  for (std::size_t k = partitions.most_clusters(); k > 1; --k) {
    const std::vector<std::size_t> candidate = partitions.begins(k);
    if (!all_distinct(candidate)) continue;
    begins = candidate;
    break;
  }

  std::vector<ModeOfSample> modes;
  for (std::size_t j = 0; j + 1 < begins.size(); ++j) {
    ModeOfSample mode;
    mode.center = mean(sorted, begins[j], begins[j + 1]);
    mode.share = static_cast<double>(begins[j + 1] - begins[j]) / static_cast<double>(n);
    mode.members.assign(order.begin() + static_cast<std::ptrdiff_t>(begins[j]),
                        order.begin() + static_cast<std::ptrdiff_t>(begins[j + 1]));
    std::sort(mode.members.begin(), mode.members.end());
    modes.push_back(std::move(mode));
  }
  return modes;
}

}  // namespace sim
