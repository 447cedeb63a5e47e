// SPDX-License-Identifier: MIT
#include "sim/stats/confidence.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

// 1..5: mean 3, variance 2.5, standard error sqrt(0.5); t(4, 0.975) = 2.776445105198.
TEST_CASE("the half width is Student's quantile times the standard error") {
  const std::vector<double> data{1.0, 2.0, 3.0, 4.0, 5.0};
  const sim::Interval interval = sim::t_interval(data);
  CHECK(interval.mean == doctest::Approx(3.0).epsilon(1e-14));
  CHECK(interval.half_width == doctest::Approx(2.776445105198 * std::sqrt(0.5)).epsilon(1e-9));
  CHECK(sim::t_interval(data, 0.99).half_width ==
        doctest::Approx(4.604094871416 * std::sqrt(0.5)).epsilon(1e-9));
  CHECK(interval.contains(4.9));
  CHECK_FALSE(interval.contains(5.0));
}

TEST_CASE("one observation proves nothing and none says nothing") {
  const std::vector<double> one{4.0};
  CHECK(sim::t_interval(one).mean == 4.0);
  CHECK(sim::t_interval(one).half_width == std::numeric_limits<double>::infinity());
  CHECK(std::isnan(sim::t_interval({}).mean));
  CHECK(std::isnan(sim::t_interval({}).half_width));
}

TEST_CASE("a value that is not finite makes the interval NaN") {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> data{1.0, bad, 2.0};
    CHECK(std::isnan(sim::t_interval(data).half_width));
    CHECK_FALSE(sim::t_interval(data).contains(1.0));
  }
  const std::vector<double> one{std::nan("")};
  CHECK(std::isnan(sim::t_interval(one).half_width));
}

TEST_CASE("equal observations have a half width of zero") {
  const std::vector<double> data(20, 0.1);
  CHECK(sim::t_interval(data).mean == 0.1);
  CHECK(sim::t_interval(data).half_width == 0.0);
}

// 4000 intervals of 5 normal values: the true mean is inside 95 % of them, 3 sigma = 3 sqrt(.95 .05 / 4000)
// = 1.03 %.
TEST_CASE("a 95 percent interval covers the mean in 95 percent of samples") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal(10.0, 2.0);
  int covered = 0;
  std::vector<double> data(5);
  for (int sample = 0; sample < 4000; ++sample) {
    for (double& x : data) x = normal(random);
    covered += sim::t_interval(data).contains(10.0) ? 1 : 0;
  }
  CHECK(covered >= 3758);
  CHECK(covered <= 3842);
}
