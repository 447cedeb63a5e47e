// SPDX-License-Identifier: MIT
// Successive halving must keep what is clearly best, spend on few, and break ties by number.
#include "sim/experiment/halving.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "sim/random/stream.hpp"

namespace {

// Alternative i is worth value(i) plus noise that is common to all in one replication, and a little of its own.
template <class Value>
sim::Scores noisy(Value value, double common, double own, std::vector<std::size_t>* asked = nullptr) {
  return [=](std::span<const std::size_t> alternatives, std::size_t from, std::size_t to) {
    std::vector<std::vector<double>> scores;
    for (const std::size_t i : alternatives) {
      std::vector<double>& row = scores.emplace_back();
      for (std::size_t k = from; k < to; ++k) {
        row.push_back(value(i) + common * sim::Stream(1, k, "all", 0).normal() + own * sim::Stream(1, k, "own", i).normal());
      }
      if (asked) (*asked)[i] += to - from;
    }
    return scores;
  };
}

}  // namespace

TEST_CASE("Halving keeps the best of 64 under common noise a hundred times their differences") {
  const auto value = [](std::size_t i) { return i == 37 ? 10.0 : static_cast<double>(i % 8); };
  const std::vector<std::size_t> left = sim::halve(64, {2, 4}, noisy(value, 100.0, 0.1));
  REQUIRE(left.size() == 4);
  CHECK(left.front() == 37);
}

TEST_CASE("Most replications go to the last few") {
  std::vector<std::size_t> asked(16, 0);
  const std::vector<std::size_t> left =
      sim::halve(16, {2, 2}, noisy([](std::size_t i) { return -static_cast<double>(i); }, 1.0, 0.0, &asked));
  // 16 with 2 replications, 8 with 4, 4 with 8, 2 with 16.
  CHECK(left == std::vector<std::size_t>{0, 1});
  CHECK(asked[0] == 16);
  CHECK(asked[3] == 8);
  CHECK(asked[7] == 4);
  CHECK(asked[15] == 2);
}

TEST_CASE("Equal alternatives keep their order") {
  CHECK(sim::halve(5, {1, 3}, noisy([](std::size_t) { return 1.0; }, 0.0, 0.0)) == std::vector<std::size_t>{0, 1, 2});
  CHECK(sim::halve(2, {1, 4}, noisy([](std::size_t i) { return static_cast<double>(i); }, 0.0, 0.0)) ==
        std::vector<std::size_t>{1, 0});
  CHECK(sim::halve(0, {1, 4}, noisy([](std::size_t) { return 0.0; }, 0.0, 0.0)).empty());
}
