// SPDX-License-Identifier: MIT
// The earliest of a number of times, the lowest index among equals, kept up to date in logarithmic time: a
// knock-out tournament, whose inner node i holds the winner of nodes 2i and 2i+1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace sim {

class Earliest {
 public:
  TimePoint time() const { return nodes_[1].time; }
  std::size_t index() const { return nodes_[1].index; }

  // New times are never().
  void resize(std::size_t count) {
    while (leaves_ < count) {
      std::vector<Node> larger(4 * leaves_);
      for (std::size_t i = 0; i < 2 * leaves_; ++i)
        larger[2 * leaves_ + i].index = static_cast<std::uint32_t>(i);
      for (std::size_t i = 0; i < leaves_; ++i) larger[2 * leaves_ + i] = nodes_[leaves_ + i];
      leaves_ *= 2;
      nodes_ = std::move(larger);
      for (std::size_t i = leaves_ - 1; i > 0; --i) play(i);
    }
  }

  void set(std::size_t index, TimePoint time) {
    std::size_t at = leaves_ + index;
    nodes_[at].time = time;
    while ((at /= 2) > 0) play(at);
  }

 private:
  struct Node {
    TimePoint time = TimePoint::never();
    std::uint32_t index = 0;
  };

  void play(std::size_t at) {
    nodes_[at] = nodes_[2 * at + 1].time < nodes_[2 * at].time ? nodes_[2 * at + 1] : nodes_[2 * at];
  }

  std::size_t leaves_ = 1;
  std::vector<Node> nodes_ = std::vector<Node>(2);
};

}  // namespace sim
