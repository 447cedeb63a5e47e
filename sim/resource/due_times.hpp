// SPDX-License-Identifier: MIT
// The earliest of a number of times that are replaced: a tree whose every node is the least of eight, so that
// an update of up to 64 places looks at two times eight neighbours and branches nowhere.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

#include "sim/core/time.hpp"

namespace sim {

class DueTimes {
 public:
  DueTimes() { allocate(1); }
  DueTimes(const DueTimes&) = delete;
  DueTimes& operator=(const DueTimes&) = delete;

  TimePoint earliest() const { return {nodes_[0]}; }

  // Where it stands; the first among equals.
  std::size_t place() const { return first_leaf_ == 0 ? 0 : descend(); }

  // New places are due never.
  void resize(std::size_t places) {
    while (leaves_ < places) {
      const std::vector<double> times(nodes_ + first_leaf_, nodes_ + first_leaf_ + leaves_);
      first_leaf_ = first_child(first_leaf_);
      leaves_ *= fan;
      allocate(first_leaf_ + leaves_);
      std::copy(times.begin(), times.end(), nodes_ + first_leaf_);
      for (std::size_t at = first_leaf_; at-- > 0;) nodes_[at] = least(nodes_ + first_child(at));
    }
  }

  void set(std::size_t place, TimePoint time) {
    std::size_t at = first_leaf_ + place;
    nodes_[at] = time.seconds;
    while (at > 0) {
      at = (at - 1) / fan;
      nodes_[at] = least(nodes_ + first_child(at));
    }
  }

  // All are due never.
  void clear() { std::fill_n(nodes_, first_leaf_ + leaves_, never); }

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

  // Apart from place(), lest who needs one only saves registers for it.
  [[gnu::noinline]] std::size_t descend() const {
    std::size_t at = 0;
    while (at < first_leaf_) {
      at = first_child(at);
      at += first_until(nodes_ + at, nodes_[0]);
    }
    return at - first_leaf_;
  }

  // The first that is no later. Looks at all, because where it stands cannot be foretold.
  static std::size_t first_until(const double* of, double time) {
    using Two [[gnu::vector_size(16)]] = double;
    using Bits [[gnu::vector_size(16)]] = long long;
    Bits found = {0, 0};
    for (std::size_t i = 0; i < fan; i += 2) {
      const Two two = {of[i], of[i + 1]};
      found |= (two <= time) & Bits{1ll << i, 2ll << i};
    }
    return static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(found[0] | found[1])));
  }

  // Siblings share a cache line.
  void allocate(std::size_t nodes) {
    constexpr std::size_t before = fan - 1;
    lines_ = std::make_unique<Line[]>((before + nodes + fan - 1) / fan);
    nodes_ = lines_[0].of + before;
    std::fill_n(nodes_, nodes, never);
  }

  struct alignas(fan * sizeof(double)) Line {
    double of[fan];
  };

  std::unique_ptr<Line[]> lines_;
  double* nodes_ = nullptr;     // level by level
  std::size_t first_leaf_ = 0;  // where the places begin
  std::size_t leaves_ = 1;
};

}  // namespace sim
