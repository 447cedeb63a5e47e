// SPDX-License-Identifier: MIT
#include "sim/resource/earliest.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/random/stream.hpp"

using sim::TimePoint;

TEST_CASE("the earliest of many times is what a search finds, the first one among equals") {
  sim::Stream random(1, 0, "earliest", 0);
  sim::Earliest earliest;
  std::vector<TimePoint> times;
  for (int i = 0; i < 20'000; ++i) {
    if (times.empty() || (times.size() < 70 && random.below(100) == 0)) {
      times.push_back(TimePoint::never());
      earliest.resize(times.size());
    }
    const std::size_t index = random.below(times.size());
    times[index] =
        random.below(5) == 0 ? TimePoint::never() : TimePoint{static_cast<double>(random.below(50))};
    earliest.set(index, times[index]);
    const auto expected = std::min_element(times.begin(), times.end());
    REQUIRE(earliest.time() == *expected);
    if (*expected < TimePoint::never())
      REQUIRE(earliest.index() == static_cast<std::size_t>(expected - times.begin()));
  }
}
