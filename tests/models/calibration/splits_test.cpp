// SPDX-License-Identifier: MIT
#include "models/calibration/splits.hpp"

#include <doctest/doctest.h>

#include <cmath>

using models::split_chance;

TEST_CASE("eight connections spread over two processes in five ways and over four in fifteen") {
  CHECK(models::splits_of(8, 2).size() == 5);
  CHECK(models::splits_of(8, 4).size() == 15);
  CHECK(models::splits_of(8, 2).front() == std::vector<models::Count>{8, 0});
}

// Coin tosses: C(8, k) / 2^8, twice where the halves differ.
TEST_CASE("without stickiness each connection tosses a coin") {
  CHECK(split_chance({4, 4}, 0.0) == doctest::Approx(70.0 / 256.0));
  CHECK(split_chance({5, 3}, 0.0) == doctest::Approx(112.0 / 256.0));
  CHECK(split_chance({8, 0}, 0.0) == doctest::Approx(2.0 / 256.0));
}

// Seven times the same of two again: ((1 + s) / 2)^7; of three: (s + (1 - s) / 3)^7.
TEST_CASE("all on one side grows as the chance to stay") {
  CHECK(split_chance({8, 0}, 0.6) == doctest::Approx(std::pow(0.8, 7)));
  CHECK(split_chance({8, 0, 0}, 0.4) == doctest::Approx(std::pow(0.6, 7)));
  CHECK(split_chance({8, 0}, 1.0) == doctest::Approx(1.0));
}

TEST_CASE("the chances of all splits add up to one") {
  for (const double stickiness : {0.0, 0.3, 0.9}) {
    double sum = 0.0;
    for (const auto& split : models::splits_of(7, 3)) sum += split_chance(split, stickiness);
    CHECK(sum == doctest::Approx(1.0));
  }
}

TEST_CASE("even splits speak for little stickiness, lopsided ones for much") {
  const auto even = models::likeliest_stickiness({{4, 4}, {4, 4}, {5, 3}});
  const auto lopsided = models::likeliest_stickiness({{8, 0}, {7, 1}, {8, 0}});
  CHECK(even.value < 0.1);
  CHECK(lopsided.value > 0.7);
  CHECK(lopsided.low > even.value);
  CHECK(even.high < lopsided.value);
}
