// SPDX-License-Identifier: MIT
#include "sim/experiment/compare.hpp"

#include <algorithm>
#include <vector>

#include "sim/stats/confidence.hpp"

namespace sim {

PairedDifference paired_difference(std::span<const double> first, std::span<const double> second,
                                   double level) {
  const std::size_t pairs = std::min(first.size(), second.size());
  std::vector<double> differences;
  differences.reserve(pairs);
  for (std::size_t k = 0; k < pairs; ++k) differences.push_back(first[k] - second[k]);
  const Interval interval = t_interval(differences, level);
  PairedDifference result{interval.mean, interval.half_width, Verdict::no_difference_proven};
  if (interval.mean - interval.half_width > 0.0) result.verdict = Verdict::more;
  if (interval.mean + interval.half_width < 0.0) result.verdict = Verdict::less;
  return result;
}

}  // namespace sim
