// SPDX-License-Identifier: MIT
#include "sim/stats/modes.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace {

using Sampler = std::function<double(std::size_t index, double normal)>;

// The share of 1000 samples of n values in which exactly `expected` modes are found.
double share_with(std::size_t expected, std::size_t n, const Sampler& sampler) {
  constexpr int samples = 1000;
  std::mt19937_64 random(n);
  std::normal_distribution<double> normal;
  int found = 0;
  for (int sample = 0; sample < samples; ++sample) {
    std::vector<double> values(n);
    for (std::size_t i = 0; i < n; ++i) values[i] = sampler(i, normal(random));
    found += sim::find_modes(values).size() == expected ? 1 : 0;
  }
  return static_cast<double>(found) / samples;
}

}  // namespace

// The criterion is set at 99.8 %.
TEST_CASE("normal and lognormal samples have one mode in 99 percent of seeds") {
  for (const std::size_t n : {5u, 8u, 10u, 15u, 20u, 30u, 60u}) {
    CAPTURE(n);
    CHECK(share_with(1, n, [](std::size_t, double z) { return 20.0 + z; }) >= 0.99);
    CHECK(share_with(1, n, [](std::size_t, double z) { return z; }) >= 0.99);
    CHECK(share_with(1, n, [](std::size_t, double z) { return std::exp(0.2 * z); }) >= 0.99);
    CHECK(share_with(1, n, [](std::size_t, double z) { return std::exp(z); }) >= 0.99);
  }
}

// B has a median of (1 + 9) / 4 = 2.5 here against a critical 1.6 at 30 values.
TEST_CASE("mixtures that are six sigma apart are found") {
  const Sampler half = [](std::size_t i, double z) { return 20.0 + z + (i % 2 == 0 ? 6.0 : 0.0); };
  const Sampler fifth = [](std::size_t i, double z) { return 20.0 + z + (i % 5 == 0 ? 6.0 : 0.0); };
  CHECK(share_with(2, 30, half) >= 0.95);
  CHECK(share_with(2, 30, fifth) >= 0.90);
  CHECK(share_with(2, 60, half) >= 0.99);
  CHECK(share_with(2, 60, fifth) >= 0.98);
}

TEST_CASE("five regimes are told apart") {
  CHECK(share_with(5, 20, [](std::size_t i, double z) {
          return 200.0 + z + 20.0 * static_cast<double>(i % 5);
        }) >= 0.99);
  CHECK(share_with(5, 60, [](std::size_t i, double z) {
          return 200.0 + z + 8.0 * static_cast<double>(i % 5);
        }) >= 0.98);
}

TEST_CASE("a mode knows its centre, its share and its members") {
  const std::vector<double> values{100.0, 201.0, 101.0, 99.0, 199.0, 100.0, 102.0, 200.0, 98.0, 100.0};
  const auto modes = sim::find_modes(values);
  REQUIRE(modes.size() == 2);
  CHECK(modes[0].center == doctest::Approx(100.0).epsilon(1e-12));
  CHECK(modes[0].share == 0.7);
  CHECK(modes[0].members == std::vector<std::size_t>{0, 2, 3, 5, 6, 8, 9});
  CHECK(modes[1].center == doctest::Approx(200.0).epsilon(1e-12));
  CHECK(modes[1].members == std::vector<std::size_t>{1, 4, 7});
}

TEST_CASE("the unit of the values does not matter") {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> small, large;
  for (std::size_t i = 0; i < 40; ++i) {
    small.push_back(5.0 + 0.3 * normal(random) + (i % 4 == 0 ? 3.0 : 0.0));
    large.push_back(small.back() * 0x1p40);
  }
  const auto a = sim::find_modes(small);
  const auto b = sim::find_modes(large);
  REQUIRE(a.size() == 2);
  REQUIRE(b.size() == 2);
  for (std::size_t j = 0; j < 2; ++j) {
    CHECK(a[j].members == b[j].members);
    CHECK(b[j].center == a[j].center * 0x1p40);
  }
}

TEST_CASE("a single outlier is no mode") {
  std::vector<double> values(20, 100.0);
  for (std::size_t i = 0; i < 20; ++i) values[i] += 0.1 * std::sin(static_cast<double>(i));
  values[7] = 150.0;
  CHECK(sim::find_modes(values).size() == 1);
}

TEST_CASE("differences that do not matter make no modes") {
  std::vector<double> values;
  for (int i = 0; i < 20; ++i) values.push_back(i % 2 == 0 ? 1000.0 : 1001.0);
  CHECK(sim::find_modes(values).size() == 1);
  CHECK(sim::find_modes(values, 0.0).size() == 2);
}

TEST_CASE("few, equal or unusable values") {
  CHECK(sim::find_modes({}).empty());
  CHECK(sim::find_modes(std::vector{3.0}).size() == 1);
  CHECK(sim::find_modes(std::vector{3.0}).front().share == 1.0);
  CHECK(sim::find_modes(std::vector{1.0, 1.0, 9.0, 9.0}).size() == 1);
  CHECK(sim::find_modes(std::vector<double>(50, 0.1)).size() == 1);
  CHECK(sim::find_modes(std::vector<double>(50, 0.1)).front().center == 0.1);
  CHECK(sim::find_modes(std::vector{1.0, std::nan(""), 2.0}).empty());
  CHECK(sim::find_modes(std::vector{1.0, std::numeric_limits<double>::infinity()}).empty());
}
