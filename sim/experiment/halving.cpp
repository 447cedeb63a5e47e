// SPDX-License-Identifier: MIT
#include "sim/experiment/halving.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace sim {

std::vector<std::size_t> halve(std::size_t alternatives, const HalvingRule& rule, const Scores& scores) {
  if (rule.first == 0 || rule.survivors == 0) throw std::logic_error("halving needs a replication and a survivor");
  std::vector<std::size_t> left(alternatives);
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::vector<double> sum(alternatives, 0.0);
  std::size_t done = 0;
  std::size_t wanted = rule.first;
  for (;;) {
    const std::vector<std::vector<double>> round = scores(left, done, wanted);
    if (round.size() != left.size()) throw std::logic_error("halving needs the scores of every alternative");
    for (std::size_t i = 0; i < left.size(); ++i) {
      for (const double score : round[i]) sum[left[i]] += score;
    }
    // All that are left have the same number of replications: sums rank as means do.
    std::sort(left.begin(), left.end(), [&](std::size_t a, std::size_t b) {
      return sum[a] > sum[b] || (sum[a] == sum[b] && a < b);
    });
    if (left.size() <= rule.survivors) return left;
    left.resize(std::max(rule.survivors, (left.size() + 1) / 2));
    done = wanted;
    wanted *= 2;
  }
}

}  // namespace sim
