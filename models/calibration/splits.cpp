// SPDX-License-Identifier: MIT
#include "models/calibration/splits.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace models {
namespace {

void extend(std::vector<Count>& split, Count left, Count processes, std::vector<std::vector<Count>>& all,
            std::size_t most) {
  if (all.size() >= most) return;
  if (static_cast<Count>(split.size()) == processes) {
    if (left == 0) all.push_back(split);
    return;
  }
  const Count largest = split.empty() ? left : std::min(left, split.back());
  for (Count share = largest; share >= 0; --share) {
    split.push_back(share);
    extend(split, left - share, processes, all, most);
    split.pop_back();
  }
}

}  // namespace

std::vector<std::vector<Count>> splits_of(Count connections, Count processes, std::size_t most) {
  std::vector<std::vector<Count>> all;
  std::vector<Count> split;
  extend(split, connections, processes, all, most);
  return all;
}

// States are (shares of all processes but the last acceptor, descending; the last acceptor's share): processes are alike.
double split_chance(const std::vector<Count>& split, double stickiness) {
  using State = std::pair<std::vector<Count>, Count>;
  Count connections = 0;
  for (const Count share : split) connections += share;
  const std::size_t others = split.size() - 1;
  const double at_random = (1.0 - stickiness) / static_cast<double>(split.size());
  std::map<State, double> chances{{{std::vector<Count>(others, 0), 1}, 1.0}};
  for (Count made = 1; made < connections; ++made) {
    std::map<State, double> following;
    for (const auto& [state, chance] : chances) {
      following[{state.first, state.second + 1}] += chance * (stickiness + at_random);
      for (std::size_t i = 0; i < others; ++i) {
        State next = state;
        const Count share = next.first[i] + 1;
        next.first[i] = next.second;
        next.second = share;
        std::sort(next.first.rbegin(), next.first.rend());
        following[next] += chance * at_random;
      }
    }
    chances = std::move(following);
  }
  double sum = 0.0;
  for (const auto& [state, chance] : chances) {
    std::vector<Count> shares = state.first;
    shares.push_back(state.second);
    std::sort(shares.rbegin(), shares.rend());
    if (shares == split) sum += chance;
  }
  return sum;
}

StickinessEstimate likeliest_stickiness(const std::vector<std::vector<Count>>& observed) {
  constexpr int grid = 200;
  std::vector<double> likelihood;
  for (int i = 0; i < grid; ++i) {
    double sum = 0.0;
    for (const std::vector<Count>& split : observed) sum += std::log(split_chance(split, static_cast<double>(i) / grid));
    likelihood.push_back(sum);
  }
  const auto best = std::max_element(likelihood.begin(), likelihood.end());
  constexpr double fall = 1.92;
  const auto within = [&](double value) { return value >= *best - fall; };
  const auto first = std::find_if(likelihood.begin(), likelihood.end(), within);
  const auto last = std::find_if(likelihood.rbegin(), likelihood.rend(), within);
  const auto at = [&](auto distance) { return static_cast<double>(distance) / grid; };
  return {at(best - likelihood.begin()), at(first - likelihood.begin()), at(likelihood.rend() - last - 1)};
}

}  // namespace models
