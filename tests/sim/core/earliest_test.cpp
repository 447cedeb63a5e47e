// SPDX-License-Identifier: MIT
#include "sim/core/earliest.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/random/stream.hpp"

using sim::Earliest;
using sim::Event;
using sim::TimePoint;

TEST_CASE("the earliest of many events is what a search finds, the first place among equals") {
  sim::Stream random(1, 0, "earliest", 0);
  sim::Earliest earliest;
  std::vector<Event> events;
  for (int i = 0; i < 20'000; ++i) {
    if (events.empty() || (events.size() < 70 && random.below(100) == 0)) {
      events.push_back(Earliest::none);
      earliest.resize(events.size());
    }
    const auto place = static_cast<std::uint32_t>(random.below(events.size()));
    events[place] = random.below(5) == 0
                        ? Earliest::none
                        : sim::make_event(TimePoint{static_cast<double>(random.below(50))},
                                          sim::make_stamp(random.below(3), place));
    earliest.set(place, events[place]);
    REQUIRE((earliest.event() == *std::min_element(events.begin(), events.end())));
  }
}
