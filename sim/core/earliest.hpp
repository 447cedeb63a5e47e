// SPDX-License-Identifier: MIT
// The earliest of a number of events that are replaced and never popped, kept up to date in logarithmic time:
// a knock-out tournament, whose inner node i holds the winner of nodes 2i and 2i+1. A place's events carry
// its number as their slot. A place that is alone wins without a tournament.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/event_list.hpp"

namespace sim {

class Earliest {
 public:
  static constexpr Event none = ~Event{0};  // after every event

  Event event() const { return winner_; }

  // New places hold no event.
  void resize(std::size_t places) {
    if (leaves_ == 1) nodes_[1] = winner_;
    while (leaves_ < places) {
      std::vector<Event> larger(4 * leaves_, none);
      for (std::size_t i = 0; i < leaves_; ++i) larger[2 * leaves_ + i] = nodes_[leaves_ + i];
      leaves_ *= 2;
      nodes_ = std::move(larger);
      for (std::size_t i = leaves_ - 1; i > 0; --i) play(i);
    }
    winner_ = nodes_[1];
  }

  void set(std::uint32_t place, Event event) {
    if (leaves_ == 1) {
      winner_ = event;
      return;
    }
    std::size_t at = leaves_ + place;
    nodes_[at] = event;
    while ((at /= 2) > 0) play(at);
    winner_ = nodes_[1];
  }

 private:
  void play(std::size_t at) {
    nodes_[at] = nodes_[2 * at + 1] < nodes_[2 * at] ? nodes_[2 * at + 1] : nodes_[2 * at];
  }

  Event winner_ = none;
  std::size_t leaves_ = 1;
  std::vector<Event> nodes_ = std::vector<Event>(2, none);
};

}  // namespace sim
