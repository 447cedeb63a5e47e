// SPDX-License-Identifier: MIT
#include "sim/stats/warm_up.hpp"

#include <limits>
#include <vector>

#include "sim/stats/tally.hpp"

namespace sim {

std::optional<std::size_t> mser5(std::span<const double> observations) {
  constexpr std::size_t batch = 5;
  constexpr std::size_t fewest = 20;
  const std::size_t n = observations.size() / batch;
  if (n < fewest) return std::nullopt;
  const std::size_t always_kept = n / 4;

  double smallest = std::numeric_limits<double>::infinity();
  std::size_t best = n;
  Tally kept;
  for (std::size_t d = n; d-- > 0;) {
    double sum = 0.0;
    for (const double value : observations.subspan(d * batch, batch)) sum += value;
    kept.add(sum / static_cast<double>(batch));
    if (n - d < always_kept) continue;
    const double count = static_cast<double>(n - d);
    const double error = kept.variance() * (count - 1.0) / (count * count);
    if (error <= smallest) {
      smallest = error;
      best = d;
    }
  }
  if (best > n / 2) return std::nullopt;
  return best * batch;
}

}  // namespace sim
