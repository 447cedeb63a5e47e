// SPDX-License-Identifier: MIT
// The earliest of a number of times that are replaced: a tree whose every node is the least of eight, so that
// an update of up to 64 places looks at two times eight neighbours and branches nowhere.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "sim/core/time.hpp"

namespace sim {

class DueTimes {
 public:
  TimePoint earliest() const { return {levels_.back().front()}; }

  // Where it stands; the first among equals.
  std::size_t place() const {
    std::size_t at = 0;
    for (std::size_t level = levels_.size() - 1; level-- > 0;) {
      at *= fan;
      while (levels_[level][at] != levels_.back().front()) ++at;
    }
    return at;
  }

  // New places are due never.
  void resize(std::size_t places) {
    levels_.resize(1);
    levels_[0].resize(places, never);
    while (levels_.back().size() > 1) {
      std::vector<double>& below = levels_.back();
      below.resize((below.size() + fan - 1) / fan * fan, never);
      std::vector<double> level;
      for (std::size_t at = 0; at < below.size(); at += fan) level.push_back(least(&below[at]));
      levels_.push_back(std::move(level));
    }
  }

  void set(std::size_t place, TimePoint time) {
    levels_[0][place] = time.seconds;
    for (std::size_t level = 1; level < levels_.size(); ++level) {
      place /= fan;
      levels_[level][place] = least(&levels_[level - 1][place * fan]);
    }
  }

 private:
  static constexpr std::size_t fan = 8;
  static constexpr double never = std::numeric_limits<double>::infinity();

  // Plain numbers, because of these a compiler makes the processor's minimum.
  static double least(const double* of) {
    const double left = std::min(std::min(of[0], of[1]), std::min(of[2], of[3]));
    const double right = std::min(std::min(of[4], of[5]), std::min(of[6], of[7]));
    return std::min(left, right);
  }

  std::vector<std::vector<double>> levels_{{never}};
};

}  // namespace sim
