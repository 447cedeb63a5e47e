// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "sim/core/time.hpp"

using namespace sim::literals;

TEST_CASE("durations add, scale and compare") {
  CHECK(20_ms + 5_ms == 25_ms);
  CHECK(2.0 * 20_ms > 30_ms);
  CHECK(sim::TimePoint{1.0} + 500_ms == sim::TimePoint{1.5});
  CHECK(sim::TimePoint{1.5} - sim::TimePoint{1.0} == 500_ms);
}
