// SPDX-License-Identifier: MIT
// The obvious event list: unordered, searched from end to end.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/core/event_list.hpp"

namespace reference {

class NaiveEventList {
 public:
  bool empty() const { return events_.empty(); }
  void push(sim::Event event) { events_.push_back(event); }
  sim::Event pop() {
    const auto least = std::min_element(events_.begin(), events_.end());
    const sim::Event event = *least;
    events_.erase(least);
    return event;
  }
  sim::Event top() const { return *std::min_element(events_.begin(), events_.end()); }
  template <class Likely, class Next>
  void visit_next(Likely, Next) const {}

 private:
  std::vector<sim::Event> events_;
};

}  // namespace reference
