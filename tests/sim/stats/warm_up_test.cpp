// SPDX-License-Identifier: MIT
#include "sim/stats/warm_up.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <random>
#include <vector>

namespace {

// transient * ratio^i + noise
std::vector<double> series(std::size_t n, double transient, double ratio, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise;
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(10.0 + transient * std::pow(ratio, static_cast<double>(i)) + noise(random));
  }
  return values;
}

}  // namespace

// Brute force over all d that leave a quarter, from the definition, with every sum written out.
TEST_CASE("the truncation point minimises the squared error of the remaining mean") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<double> values = series(400, 30.0, 0.95, seed);
    std::vector<double> y;
    for (std::size_t i = 0; i + 5 <= values.size(); i += 5) {
      y.push_back((values[i] + values[i + 1] + values[i + 2] + values[i + 3] + values[i + 4]) / 5.0);
    }
    double smallest = 1e300;
    std::size_t best = 0;
    for (std::size_t d = 0; d + y.size() / 4 <= y.size(); ++d) {
      const double kept = static_cast<double>(y.size() - d);
      double mean = 0.0;
      for (std::size_t i = d; i < y.size(); ++i) mean += y[i] / kept;
      double squares = 0.0;
      for (std::size_t i = d; i < y.size(); ++i) squares += (y[i] - mean) * (y[i] - mean);
      if (squares / (kept * kept) < smallest) {
        smallest = squares / (kept * kept);
        best = d;
      }
    }
    const std::optional<std::size_t> found = sim::mser5(values);
    CHECK(found.has_value() == (best <= y.size() / 2));
    CHECK(found.value_or(best * 5) == best * 5);
  }
}

// 30 * 0.95^i falls below the noise of a batch mean (0.45) near i = 82.
TEST_CASE("an exponential transient is cut where the noise hides it") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto drop = sim::mser5(series(1000, 30.0, 0.95, seed));
    REQUIRE(drop.has_value());
    CHECK(*drop >= 40);
    CHECK(*drop <= 200);
  }
}

TEST_CASE("a run that never settles is too short") {
  std::vector<double> ramp;
  for (int i = 0; i < 500; ++i) ramp.push_back(static_cast<double>(i * i));
  CHECK_FALSE(sim::mser5(ramp).has_value());
}

TEST_CASE("fewer than twenty batches are too short") {
  CHECK_FALSE(sim::mser5(std::vector<double>(99, 1.0)).has_value());
  CHECK_FALSE(sim::mser5({}).has_value());
}

TEST_CASE("a constant series keeps everything") {
  CHECK(sim::mser5(std::vector<double>(100, 3.0)) == 0);
}

TEST_CASE("values that are not numbers are dropped with what precedes them") {
  std::vector<double> values(200, 1.0);
  values[12] = std::nan("");
  CHECK(sim::mser5(values) == 15);
  values[199] = std::nan("");
  CHECK_FALSE(sim::mser5(values).has_value());
}

// P(chi-square of 19 < 80/16) = 0.0005 for the shortest tail and less for each longer one: a few in 1000
// runs.
TEST_CASE("a stationary run is hardly ever called too short") {
  int too_short = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    too_short += sim::mser5(series(400, 0.0, 0.5, seed)).has_value() ? 0 : 1;
  }
  CHECK(too_short <= 10);
}
