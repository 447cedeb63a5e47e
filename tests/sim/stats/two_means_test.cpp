// SPDX-License-Identifier: MIT
#include "sim/stats/two_means.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sim/random/stream.hpp"

namespace {

using sim::Interval;
using sim::TwoMeans;

constexpr double infinity = std::numeric_limits<double>::infinity();

// How many of `samples` intervals hold the true value.
template <class Holds>
int covered(int samples, Holds holds) {
  int count = 0;
  for (int sample = 0; sample < samples; ++sample) count += holds(static_cast<std::uint64_t>(sample)) ? 1 : 0;
  return count;
}

}  // namespace

// Differences 1, 2, 3: mean 2, variance 1, standard error sqrt(1/3); t(2, 0.975) = 4.302652729911.
TEST_CASE("paired means have Student's interval of the differences") {
  const std::vector<double> first{10.0, 20.0, 30.0};
  const std::vector<double> second{11.0, 22.0, 33.0};
  const Interval difference = TwoMeans::paired(first, second).contrast();
  CHECK(difference.mean == doctest::Approx(2.0));
  CHECK(difference.half_width == doctest::Approx(4.302652729911 * std::sqrt(1.0 / 3.0)).epsilon(1e-9));
  // Every pair has the ratio 1.1, so the ratio is known exactly although neither mean is.
  const auto ratio = TwoMeans::paired(first, second).ratio();
  CHECK_FALSE(ratio.has_value());  // the first mean, 20 +- 24.8, may be zero
  const std::vector<double> near_first{19.0, 20.0, 21.0};
  const std::vector<double> near_second{20.9, 22.0, 23.1};
  const auto exact = TwoMeans::paired(near_first, near_second).ratio();
  REQUIRE(exact.has_value());
  CHECK(exact->low == doctest::Approx(1.1).epsilon(1e-7));
  CHECK(exact->high == doctest::Approx(1.1).epsilon(1e-7));
}

// Welch: variances of the means 4/5 and 9/4, sum 3.05; degrees of freedom 3.05^2 / (0.8^2 / 4 + 2.25^2 / 3)
// = 9.3025 / 1.8475 = 5.0352; t(5.0352, 0.975) lies between t(5) = 2.570582 and t(6) = 2.446912.
TEST_CASE("independent means have Welch's interval") {
  const double first_half = sim::t_quantile(4.0) * std::sqrt(0.8);
  const double second_half = sim::t_quantile(3.0) * std::sqrt(2.25);
  const Interval difference = TwoMeans::independent({10.0, first_half}, 5, {13.0, second_half}, 4).contrast();
  CHECK(difference.mean == doctest::Approx(3.0));
  CHECK(difference.half_width == doctest::Approx(sim::t_quantile(9.3025 / 1.8475) * std::sqrt(3.05)).epsilon(1e-12));
  CHECK(difference.half_width > 2.446912 * std::sqrt(3.05));
  CHECK(difference.half_width < 2.570582 * std::sqrt(3.05));
}

TEST_CASE("too little is no proof, and what is not finite is no number") {
  CHECK(TwoMeans::paired(std::vector{1.0}, std::vector{2.0}).contrast().half_width == infinity);
  CHECK(TwoMeans::independent({1.0, infinity}, 1, {5.0, 0.1}, 8).contrast().half_width == infinity);
  const double nan = std::nan("");
  CHECK(std::isnan(TwoMeans::paired(std::vector{1.0, nan}, std::vector{2.0, 3.0}).contrast().half_width));
  CHECK_FALSE(TwoMeans::paired(std::vector{1.0}, std::vector{2.0}).ratio().has_value());
  CHECK(TwoMeans::paired(std::vector{0.0, 0.0}, std::vector{1.0, 1.0}).contrast().half_width == 0.0);
  CHECK_FALSE(TwoMeans::paired(std::vector{0.0, 0.0}, std::vector{1.0, 1.0}).ratio().has_value());
}

// By definition r lies in the interval of the ratio exactly if the interval of second - r * first holds zero.
TEST_CASE("the interval of the ratio and the contrast at its ends agree") {
  sim::Stream random(3, 0, "ratio", 0);
  for (int sample = 0; sample < 200; ++sample) {
    std::vector<double> first;
    std::vector<double> second;
    for (int k = 0; k < 6; ++k) {
      first.push_back(10.0 + random.normal());
      second.push_back(first.back() + 0.5 * random.normal() + 1.0);
    }
    const TwoMeans means = TwoMeans::paired(first, second);
    const auto ratio = means.ratio();
    REQUIRE(ratio.has_value());
    CHECK(ratio->low <= means.second() / means.first());
    CHECK(ratio->high >= means.second() / means.first());
    const auto lower_end = [&](double r) { return means.contrast(r).mean - means.contrast(r).half_width; };
    const auto upper_end = [&](double r) { return means.contrast(r).mean + means.contrast(r).half_width; };
    CHECK(lower_end(ratio->low) == doctest::Approx(0.0).epsilon(1e-6));
    CHECK(lower_end(ratio->low - 1e-3) > 0.0);
    CHECK(upper_end(ratio->high) == doctest::Approx(0.0).epsilon(1e-6));
    CHECK(upper_end(ratio->high + 1e-3) < 0.0);
  }
}

// 2,000 intervals of 6 pairs with a common part: the true ratio 1.1 lies in 95 % of them, 3 sigma = 1.46 %. Fieller's
// interval is exact for normal pairs.
TEST_CASE("the interval of the ratio covers it at its nominal rate") {
  const int inside = covered(2000, [](std::uint64_t sample) {
    sim::Stream random(11, sample, "pairs", 0);
    std::vector<double> first;
    std::vector<double> second;
    for (int k = 0; k < 6; ++k) {
      const double common = random.normal();
      first.push_back(10.0 + common + 0.5 * random.normal());
      second.push_back(11.0 + common + 0.5 * random.normal());
    }
    const auto ratio = TwoMeans::paired(first, second).ratio();
    return ratio && ratio->low <= 1.1 && 1.1 <= ratio->high;
  });
  CHECK(inside >= 1871);
  CHECK(inside <= 1929);
}

// Equal means, standard deviations 1 and 3, 8 and 5 observations: Welch's interval is approximate, within a percent
// here; 2,000 samples have 3 sigma = 1.46 %.
TEST_CASE("Welch's interval covers the difference of unequal samples at its nominal rate") {
  const int inside = covered(2000, [](std::uint64_t sample) {
    sim::Stream random(12, sample, "welch", 0);
    std::vector<double> first;
    std::vector<double> second;
    for (int k = 0; k < 8; ++k) first.push_back(5.0 + random.normal());
    for (int k = 0; k < 5; ++k) second.push_back(5.0 + 3.0 * random.normal());
    return TwoMeans::independent(sim::t_interval(first), 8, sim::t_interval(second), 5).contrast().contains(0.0);
  });
  CHECK(inside >= 1871);
  CHECK(inside <= 1929);
}
