// SPDX-License-Identifier: MIT
#include "sim/core/event_list.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "sim/random/stream.hpp"
#include "tests/reference/naive_event_list.hpp"

using sim::Event;
using sim::TimePoint;

Event make_event(TimePoint time, std::uint64_t sequence, std::uint32_t slot) {
  return sim::make_event(time, sim::make_stamp(sequence, slot));
}

TEST_CASE("events sort by time, then by sequence, then by slot") {
  CHECK(make_event({1.0}, 9, 9) < make_event({2.0}, 1, 1));
  CHECK(make_event({1.0}, 1, 9) < make_event({1.0}, 2, 1));
  CHECK(make_event({1.0}, 1, 1) < make_event({1.0}, 1, 2));
  CHECK(make_event({0.0}, 1, 1) < make_event({std::numeric_limits<double>::denorm_min()}, 1, 1));
  CHECK(make_event({std::numeric_limits<double>::max()}, 1, 1) < make_event(TimePoint::never(), 1, 1));
}

TEST_CASE("an event gives back its parts") {
  const Event event = make_event({0.1}, sim::last_sequence, (1u << sim::slot_bits) - 1);
  CHECK(sim::time_of(event) == TimePoint{0.1});
  CHECK(sim::stamp_of(event) == sim::make_stamp(sim::last_sequence, (1u << sim::slot_bits) - 1));
  CHECK(sim::slot_of(event) == (1u << sim::slot_bits) - 1);
}

namespace {

// Random pushes and pops in both lists. `spread` 0 puts all events at the time of the last popped one; a
// small number of possible delays makes ties.
void compare_lists(std::uint64_t seed, std::size_t target_size, std::uint64_t delays, int operations) {
  sim::Stream random(seed, 0, "event list", target_size);
  sim::QuaternaryHeap heap;
  reference::NaiveEventList naive;
  TimePoint now{0.0};
  std::uint64_t sequence = 0;
  std::size_t size = 0;
  for (int i = 0; i < operations; ++i) {
    REQUIRE(heap.empty() == naive.empty());
    if (size > 0 && random.below(2) == 0) REQUIRE((heap.top() == naive.top()));
    const bool push = size == 0 || random.below(2 * target_size) >= size;
    if (push) {
      const double delay = delays == 0 ? 0.0 : static_cast<double>(random.below(delays));
      const Event event = make_event(now + sim::Duration{delay}, ++sequence,
                                     static_cast<std::uint32_t>(random.below(1 << 24)));
      heap.push(event);
      naive.push(event);
      ++size;
    } else {
      const Event expected = naive.pop();
      const Event event = heap.pop();
      REQUIRE((event == expected));
      REQUIRE(sim::time_of(event) >= now);
      now = sim::time_of(event);
      --size;
    }
  }
  while (!naive.empty()) REQUIRE((heap.pop() == naive.pop()));
  REQUIRE(heap.empty());
}

}  // namespace

TEST_CASE("the quaternary heap pops what a search of all events finds") {
  for (const std::size_t size : {1u, 2u, 3u, 4u, 5u, 6u, 16u, 17u, 21u, 100u}) {
    for (const std::uint64_t delays : {0u, 1u, 2u, 3u, 1000u}) {
      CAPTURE(size);
      CAPTURE(delays);
      compare_lists(1, size, delays, 4000);
    }
  }
}

TEST_CASE("the quaternary heap stays right beyond the size from which it prefetches") {
  compare_lists(2, 6000, 5, 20000);
  compare_lists(3, 6000, 1000000, 20000);
}
