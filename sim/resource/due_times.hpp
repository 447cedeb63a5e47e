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
  TimePoint earliest() const { return {nodes_.front()}; }

  // Where it stands; the first among equals.
  std::size_t place() const {
    std::size_t at = 0;
    while (at < first_leaf_) {
      at = first_child(at);
      while (nodes_[at] != nodes_.front()) ++at;
    }
    return at - first_leaf_;
  }

  // New places are due never.
  void resize(std::size_t places) {
    while (nodes_.size() - first_leaf_ < places) {
      const std::size_t leaves = nodes_.size() - first_leaf_;
      const std::size_t first_leaf = first_child(first_leaf_);
      std::vector<double> larger(first_leaf + fan * leaves, never);
      std::copy_n(nodes_.begin() + static_cast<std::ptrdiff_t>(first_leaf_), leaves,
                  larger.begin() + static_cast<std::ptrdiff_t>(first_leaf));
      nodes_ = std::move(larger);
      first_leaf_ = first_leaf;
      for (std::size_t at = first_leaf; at-- > 0;) nodes_[at] = least(&nodes_[first_child(at)]);
    }
  }

  void set(std::size_t place, TimePoint time) {
    std::size_t at = first_leaf_ + place;
    nodes_[at] = time.seconds;
    while (at > 0) {
      at = (at - 1) / fan;
      nodes_[at] = least(&nodes_[first_child(at)]);
    }
  }

  // Due never; mostly it is already.
  void withdraw(std::size_t place) {
    if (nodes_[first_leaf_ + place] != never) set(place, TimePoint::never());
  }

 private:
  static constexpr std::size_t fan = 8;
  static constexpr double never = std::numeric_limits<double>::infinity();

  static std::size_t first_child(std::size_t at) { return fan * at + 1; }

  // Plain numbers, because of these a compiler makes the processor's minimum.
  static double least(const double* of) {
    const double left = std::min(std::min(of[0], of[1]), std::min(of[2], of[3]));
    const double right = std::min(std::min(of[4], of[5]), std::min(of[6], of[7]));
    return std::min(left, right);
  }

  std::vector<double> nodes_{never};  // level by level
  std::size_t first_leaf_ = 0;        // where the places begin
};

}  // namespace sim
