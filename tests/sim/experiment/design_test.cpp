// SPDX-License-Identifier: MIT
#include "sim/experiment/design.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

using Values = std::vector<std::size_t>;

TEST_CASE("a grid has every combination once, the last axis fastest") {
  const sim::Grid grid({2, 1, 3});
  REQUIRE(grid.points() == 6);
  const std::vector<Values> expected{{0, 0, 0}, {0, 0, 1}, {0, 0, 2}, {1, 0, 0}, {1, 0, 1}, {1, 0, 2}};
  for (std::size_t point = 0; point < 6; ++point) CHECK(grid.at(point) == expected[point]);
}

TEST_CASE("a grid without axes is one point, and one that cannot be counted says so") {
  CHECK(sim::Grid({}).points() == 1);
  CHECK(sim::Grid({}).at(0).empty());
  const std::size_t large = std::size_t{1} << 33;
  CHECK(sim::Grid({large, large}).points() == sim::Grid::too_many);
  CHECK(sim::Grid({large, large, 7}).points() == sim::Grid::too_many);
}

TEST_CASE("a permutation takes every place once, and seeds and keys give others") {
  for (const std::uint64_t size : {1U, 2U, 3U, 5U, 16U, 17U, 1000U}) {
    const sim::Permutation permutation(size, 1, 7);
    std::vector<std::uint64_t> images;
    for (std::uint64_t i = 0; i < size; ++i) images.push_back(permutation(i));
    std::vector<std::uint64_t> sorted = images;
    std::ranges::sort(sorted);
    for (std::uint64_t i = 0; i < size; ++i) CHECK(sorted[i] == i);
    if (size < 1000) continue;
    CHECK(images != sorted);
    for (const sim::Permutation& other : {sim::Permutation(size, 2, 7), sim::Permutation(size, 1, 8)}) {
      std::size_t same = 0;
      for (std::uint64_t i = 0; i < size; ++i) same += other(i) == images[i] ? 1 : 0;
      CHECK(same < 10);  // one is expected of two unrelated permutations
    }
  }
}

// Over all seeds each of the 24 orders of four must come out equally often. Chi square with 23 degrees of
// freedom exceeds 49.7 with probability 0.001.
TEST_CASE("small permutations have no favourites") {
  constexpr int seeds = 24 * 400;
  std::map<std::vector<std::uint64_t>, int> counts;
  for (int seed = 0; seed < seeds; ++seed) {
    const sim::Permutation permutation(4, static_cast<std::uint64_t>(seed), 3);
    ++counts[{permutation(0), permutation(1), permutation(2), permutation(3)}];
  }
  CHECK(counts.size() == 24);
  double chi_square = 0.0;
  for (const auto& [order, count] : counts) chi_square += (count - 400.0) * (count - 400.0) / 400.0;
  CHECK(chi_square < 49.7);
}

// The definition: stratum k of n is [k/n, (k+1)/n), and each holds one sample, for every axis.
TEST_CASE("a Latin hypercube has one sample in every stratum of every axis") {
  for (const std::size_t samples : {1U, 2U, 7U, 64U, 1001U}) {
    for (const std::uint64_t seed : {0U, 1U, 99U}) {
      const sim::LatinHypercube hypercube(samples, seed);
      for (const std::uint64_t axis : {11U, 12U, 13U}) {
        std::vector<int> filled(samples);
        for (std::size_t sample = 0; sample < samples; ++sample) {
          const double position = hypercube.at(sample, axis);
          REQUIRE(position >= 0.0);
          REQUIRE(position < 1.0);
          ++filled[static_cast<std::size_t>(position * static_cast<double>(samples))];
        }
        CHECK(std::ranges::all_of(filled, [](int count) { return count == 1; }));
      }
    }
  }
}

// Correlation of two independent permutations of n has a standard deviation of 1/sqrt(n-1).
TEST_CASE("axes of a Latin hypercube are independent") {
  constexpr std::size_t samples = 10'000;
  const sim::LatinHypercube hypercube(samples, 5);
  double sum = 0.0;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    sum += (hypercube.at(sample, 1) - 0.5) * (hypercube.at(sample, 2) - 0.5);
  }
  const double correlation = sum / static_cast<double>(samples) * 12.0;
  CHECK(correlation < 0.04);
  CHECK(correlation > -0.04);
}

TEST_CASE("a million samples are computed one by one") {
  const sim::LatinHypercube hypercube(1'000'000, 1);
  CHECK(hypercube.at(999'999, 1) < 1.0);
  CHECK(hypercube.at(0, 1) != hypercube.at(999'999, 1));
}
