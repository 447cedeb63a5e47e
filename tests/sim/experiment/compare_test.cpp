// SPDX-License-Identifier: MIT
#include "sim/experiment/compare.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

using sim::Verdict;

// The pairs differ by 1, 2, 3: mean 2, standard error 1/sqrt(3), t(2, .975) = 4.302652730: half width 2.484.
TEST_CASE("the interval is that of the paired differences") {
  const std::vector<double> a{11.0, 102.0, 1003.0};
  const std::vector<double> b{10.0, 100.0, 1000.0};
  const auto difference = sim::paired_difference(a, b);
  CHECK(difference.mean == doctest::Approx(2.0));
  CHECK(difference.half_width == doctest::Approx(4.302652730 / std::sqrt(3.0)).epsilon(1e-8));
  CHECK(difference.verdict == Verdict::no_difference_proven);
  CHECK(sim::paired_difference(a, b, 0.8).verdict == Verdict::more);
  CHECK(sim::paired_difference(b, a, 0.8).verdict == Verdict::less);
}

TEST_CASE("common randomness proves differences that the means alone hide") {
  std::vector<double> a, b;
  for (int k = 0; k < 10; ++k) {
    const double shared = 100.0 * std::sin(k);
    a.push_back(shared + 1.0 + 0.01 * std::cos(3.0 * k));
    b.push_back(shared);
  }
  CHECK(sim::paired_difference(a, b).verdict == Verdict::more);
}

TEST_CASE("identical results, a single pair and NaN prove nothing") {
  const std::vector<double> a{1.0, 2.0, 4.0};
  CHECK(sim::paired_difference(a, a).verdict == Verdict::no_difference_proven);
  CHECK(sim::paired_difference(std::vector{2.0}, std::vector{1.0}).verdict == Verdict::no_difference_proven);
  CHECK(sim::paired_difference(a, std::vector{1.0, std::nan(""), 2.0}).verdict ==
        Verdict::no_difference_proven);
  CHECK(sim::paired_difference(a, {}).verdict == Verdict::no_difference_proven);
}

TEST_CASE("only replications that both have are compared") {
  const std::vector<double> a{2.0, 3.0, 4.0, 1000.0, -5000.0};
  const std::vector<double> b{1.0, 2.0, 3.0};
  const auto difference = sim::paired_difference(a, b);
  CHECK(difference.mean == 1.0);
  CHECK(difference.half_width == 0.0);
  CHECK(difference.verdict == Verdict::more);
}

// Equal alternatives: a false verdict in 5 % of 2000 comparisons, 3 sigma = 1.46 %.
TEST_CASE("equal alternatives are told apart in only five percent of comparisons") {
  std::mt19937_64 random(9);
  std::normal_distribution<double> normal;
  int proven = 0;
  for (int sample = 0; sample < 2000; ++sample) {
    std::vector<double> a(8), b(8);
    for (std::size_t k = 0; k < 8; ++k) {
      a[k] = normal(random);
      b[k] = normal(random);
    }
    proven += sim::paired_difference(a, b).verdict != Verdict::no_difference_proven ? 1 : 0;
  }
  CHECK(proven >= 71);
  CHECK(proven <= 129);
}
