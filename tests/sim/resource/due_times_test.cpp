// SPDX-License-Identifier: MIT
#include "sim/resource/due_times.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/random/stream.hpp"

using sim::DueTimes;
using sim::TimePoint;

TEST_CASE("a due time is the least of all and stands where the first of its equals does") {
  sim::Stream stream(1, 0, "due_times", 0);
  for (const std::size_t places : {1u, 2u, 8u, 9u, 64u, 65u, 700u}) {
    CAPTURE(places);
    DueTimes due;
    due.resize(places);
    std::vector<double> times(places, TimePoint::never().seconds);
    for (int change = 0; change < 2000; ++change) {
      const std::size_t place = stream.below(places);
      // Few different times, so that there are equals, and sometimes none at all.
      times[place] =
          stream.below(3) == 0 ? TimePoint::never().seconds : static_cast<double>(stream.below(20));
      due.set(place, {times[place]});
      const auto least = std::min_element(times.begin(), times.end());
      REQUIRE(due.earliest().seconds == *least);
      REQUIRE(due.place() == static_cast<std::size_t>(least - times.begin()));
    }
  }
}

TEST_CASE("due times stay when places are added, which are due never") {
  DueTimes due;
  for (std::size_t places = 1; places <= 100; ++places) {
    due.resize(places);
    CHECK(due.earliest().seconds ==
          (places == 1 ? TimePoint::never().seconds : 101.0 - static_cast<double>(places)));
    due.set(places - 1, {100.0 - static_cast<double>(places)});
    REQUIRE(due.place() == places - 1);
  }
}

TEST_CASE("due times that are cleared are never due, until one is set again") {
  for (const std::size_t places : {1u, 8u, 9u, 65u}) {
    CAPTURE(places);
    DueTimes due;
    due.resize(places);
    for (std::size_t place = 0; place < places; ++place) due.set(place, {1.0});
    due.clear();
    CHECK(due.earliest() == TimePoint::never());
    due.set(places - 1, {2.0});
    CHECK(due.earliest() == TimePoint{2.0});
    CHECK(due.place() == places - 1);
  }
}
