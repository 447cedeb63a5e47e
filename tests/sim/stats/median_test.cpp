// SPDX-License-Identifier: MIT
#include "sim/stats/median.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

TEST_CASE("the median is the middle, or the mean of the middle two") {
  CHECK(sim::median({3.0, 1.0, 2.0}) == 2.0);
  CHECK(sim::median({4.0, 1.0, 3.0, 2.0}) == 2.5);
  CHECK(sim::median({7.0}) == 7.0);
}

TEST_CASE("the median of what is not a number is that of the rest") {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  CHECK(sim::median({unknown, 1.0, unknown, 3.0, 2.0}) == 2.0);
  CHECK(std::isnan(sim::median({unknown})));
  CHECK(std::isnan(sim::median({})));
}
