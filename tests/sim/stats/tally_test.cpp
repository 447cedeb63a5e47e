// SPDX-License-Identifier: MIT
#include "sim/stats/tally.hpp"

#include <doctest/doctest.h>

#include <cmath>

// 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared deviations 32, unbiased variance 32/7.
TEST_CASE("a tally knows mean, unbiased variance and range") {
  sim::Tally tally;
  for (const double x : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) tally.add(x);
  CHECK(tally.count() == 8);
  CHECK(tally.mean() == doctest::Approx(5.0).epsilon(1e-14));
  CHECK(tally.variance() == doctest::Approx(32.0 / 7.0).epsilon(1e-14));
  CHECK(tally.min() == 2.0);
  CHECK(tally.max() == 9.0);
}

TEST_CASE("an empty tally answers NaN, one observation has no variance") {
  sim::Tally tally;
  CHECK(std::isnan(tally.mean()));
  CHECK(std::isnan(tally.variance()));
  CHECK(std::isnan(tally.min()));
  CHECK(std::isnan(tally.max()));
  tally.add(-3.0);
  CHECK(tally.mean() == -3.0);
  CHECK(tally.max() == -3.0);
  CHECK(std::isnan(tally.variance()));
}

// The naive sum of squares loses all digits here: 1e9 squared has an ulp of 128.
TEST_CASE("the variance survives a large common offset") {
  sim::Tally tally;
  for (const double x : {4.0, 7.0, 13.0, 16.0}) tally.add(1e9 + x);
  CHECK(tally.variance() == doctest::Approx(30.0).epsilon(1e-9));
}

TEST_CASE("merged tallies equal one tally of everything") {
  sim::Tally all, left, right;
  for (int i = 0; i < 100; ++i) {
    const double x = std::sqrt(static_cast<double>(i) + 0.5);
    all.add(x);
    (i < 17 ? left : right).add(x);
  }
  sim::Tally merged;
  merged.merge(left);
  merged.merge(sim::Tally());
  merged.merge(right);
  CHECK(merged.count() == 100);
  CHECK(merged.mean() == doctest::Approx(all.mean()).epsilon(1e-14));
  CHECK(merged.variance() == doctest::Approx(all.variance()).epsilon(1e-13));
  CHECK(merged.min() == all.min());
  CHECK(merged.max() == all.max());
}

TEST_CASE("the mean of equal observations is exact") {
  sim::Tally tally;
  for (int i = 0; i < 1000; ++i) tally.add(0.1);
  CHECK(tally.mean() == 0.1);
  CHECK(tally.variance() == 0.0);
}
