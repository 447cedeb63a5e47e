// SPDX-License-Identifier: MIT
#include "sim/stats/time_average.hpp"

#include <doctest/doctest.h>

using sim::TimePoint;

// 0 for 1 s, 3 for 2 s, 1 for 5 s: (0 + 6 + 5) / 8.
TEST_CASE("values count as long as they last") {
  sim::TimeAverage queue;
  queue.set(TimePoint{1.0}, 3.0);
  queue.add(TimePoint{3.0}, -2.0);
  CHECK(queue.value() == 1.0);
  CHECK(queue.mean(TimePoint{8.0}) == 11.0 / 8.0);
  CHECK(queue.maximum() == 3.0);
}

TEST_CASE("asking for the mean does not disturb it") {
  sim::TimeAverage queue(2.0);
  CHECK(queue.mean(TimePoint{5.0}) == 2.0);
  queue.set(TimePoint{10.0}, 0.0);
  CHECK(queue.mean(TimePoint{20.0}) == 1.0);
}

TEST_CASE("a reset forgets the past but not the present") {
  sim::TimeAverage queue;
  queue.set(TimePoint{0.0}, 100.0);
  queue.set(TimePoint{9.0}, 4.0);
  queue.reset(TimePoint{10.0});
  CHECK(queue.mean(TimePoint{10.0}) == 4.0);
  CHECK(queue.maximum() == 4.0);
  queue.set(TimePoint{11.0}, 0.0);
  CHECK(queue.mean(TimePoint{12.0}) == 2.0);
}

TEST_CASE("an average may start late") {
  sim::TimeAverage queue(1.0, TimePoint{100.0});
  CHECK(queue.mean(TimePoint{101.0}) == 1.0);
}
