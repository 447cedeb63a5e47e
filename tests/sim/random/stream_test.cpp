// SPDX-License-Identifier: MIT
#include "sim/random/stream.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <set>
#include <vector>

using sim::Stream;

namespace {

// Kolmogorov-Smirnov: sqrt(n) times the largest distance between the empirical and the true distribution
// function exceeds 1.95 in 0.1 % of the cases (the limit of its law for large n).
constexpr double kolmogorov_999 = 1.95;

template <class Draw, class Distribution>
double kolmogorov_distance(int n, Draw draw, Distribution distribution) {
  std::vector<double> values(static_cast<std::size_t>(n));
  std::generate(values.begin(), values.end(), draw);
  std::sort(values.begin(), values.end());
  double distance = 0.0;
  for (int i = 0; i < n; ++i) {
    const double p = distribution(values[static_cast<std::size_t>(i)]);
    distance = std::max({distance, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return distance * std::sqrt(static_cast<double>(n));
}

// How many standard errors the mean of f over n draws lies from its expectation.
template <class Draw>
double deviation(int n, double mean, double variance, Draw draw) {
  double sum = 0.0;
  for (int i = 0; i < n; ++i) sum += draw();
  return std::fabs(sum / n - mean) / std::sqrt(variance / n);
}

constexpr double standard_errors_999 = 3.29;

}  // namespace

TEST_CASE("a stream gives the same bits on every machine") {
  Stream stream(42, 1, "arrivals", 7);
  const std::array<std::uint64_t, 4> expected{0xd77bab487eaba548, 0x423be570aac62808, 0xefd115616531fabf,
                                              0xa359e9a12b2048be};
  for (const std::uint64_t bits : expected) CHECK(stream.bits() == bits);
  // Folds a million samples of every kind into one number, rare branches included.
  std::uint64_t folded = 0;
  for (int i = 0; i < 250'000; ++i) {
    for (const double value :
         {stream.uniform(), stream.exponential(), stream.normal(), stream.gamma(0.3), stream.gamma(2.5)}) {
      folded = (folded ^ std::bit_cast<std::uint64_t>(value)) * 0x00000100000001b3;
    }
  }
  CHECK(folded == 0x89518f81e6fef1f3);
}

TEST_CASE("a name gives always the same stream, and every part of it counts") {
  const auto first = [](std::uint64_t seed, std::uint64_t replication, std::uint64_t purpose,
                        std::uint64_t entity) { return Stream(seed, replication, purpose, entity).bits(); };
  CHECK(first(1, 2, 3, 4) == first(1, 2, 3, 4));
  CHECK(Stream(1, 2, "demand", 4).bits() == Stream(1, 2, sim::purpose_key("demand"), 4).bits());
  // All names with small keys, and those that differ only in where a key stands.
  std::set<std::uint64_t> seen;
  std::size_t names = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    for (std::uint64_t replication = 0; replication < 8; ++replication) {
      for (std::uint64_t purpose = 0; purpose < 8; ++purpose) {
        for (std::uint64_t entity = 0; entity < 8; ++entity) {
          seen.insert(first(seed, replication, purpose, entity));
          ++names;
        }
      }
    }
  }
  CHECK(seen.size() == names);
}

TEST_CASE("the first numbers of neighbouring streams are independent") {
  // For each bit of the first word: set in half of the streams; and in half of those neighbours, it changes.
  constexpr int streams = 100'000;
  std::array<int, 64> set{};
  std::array<int, 64> changed{};
  std::uint64_t previous = 0;
  for (int entity = 0; entity < streams; ++entity) {
    const std::uint64_t word = Stream(0, 0, std::uint64_t{0}, static_cast<std::uint64_t>(entity)).bits();
    for (std::size_t bit = 0; bit < 64; ++bit) {
      set[bit] += static_cast<int>(word >> bit & 1);
      changed[bit] += static_cast<int>((word ^ previous) >> bit & 1);
    }
    previous = word;
  }
  // 128 comparisons: 4.5 standard deviations are exceeded by one of them in 0.1 % of the cases.
  const double limit = 4.5 * 0.5 * std::sqrt(static_cast<double>(streams));
  for (std::size_t bit = 0; bit < 64; ++bit) {
    CAPTURE(bit);
    CHECK(std::fabs(set[bit] - streams / 2.0) < limit);
    CHECK(std::fabs(changed[bit] - streams / 2.0) < limit);
  }
}

TEST_CASE("uniform numbers are uniform on zero to one, one excluded") {
  Stream stream(1, 0, "uniform", 0);
  CHECK(kolmogorov_distance(
            200'000, [&] { return stream.uniform(); }, [](double x) { return x; }) < kolmogorov_999);
}

TEST_CASE("exponential numbers have the exponential distribution, tail included") {
  Stream stream(1, 0, "exponential", 0);
  const auto draw = [&] { return stream.exponential(); };
  CHECK(kolmogorov_distance(200'000, draw, [](double x) { return 1.0 - std::exp(-x); }) < kolmogorov_999);
  // E x = 1, E x^2 = 2, and the part beyond 8, which only the tail gives: E [x > 8] = e^-8.
  CHECK(deviation(2'000'000, 1.0, 1.0, draw) < standard_errors_999);
  CHECK(deviation(2'000'000, 2.0, 20.0, [&] {
          const double x = draw();
          return x * x;
        }) < standard_errors_999);
  const double p = std::exp(-8.0);
  CHECK(deviation(2'000'000, p, p, [&] { return draw() > 8.0 ? 1.0 : 0.0; }) < standard_errors_999);
}

TEST_CASE("normal numbers have the normal distribution, both tails included") {
  Stream stream(1, 0, "normal", 0);
  const auto draw = [&] { return stream.normal(); };
  const auto distribution = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  CHECK(kolmogorov_distance(200'000, draw, distribution) < kolmogorov_999);
  CHECK(deviation(2'000'000, 0.0, 1.0, draw) < standard_errors_999);
  CHECK(deviation(2'000'000, 1.0, 2.0, [&] {
          const double x = draw();
          return x * x;
        }) < standard_errors_999);
  // E x^4 = 3 with variance E x^8 - 9 = 96.
  CHECK(deviation(2'000'000, 3.0, 96.0, [&] {
          const double x = draw();
          return x * x * x * x;
        }) < standard_errors_999);
  const double p = distribution(-3.7);
  CHECK(deviation(2'000'000, p, p, [&] { return draw() > 3.7 ? 1.0 : 0.0; }) < standard_errors_999);
  CHECK(deviation(2'000'000, p, p, [&] { return draw() < -3.7 ? 1.0 : 0.0; }) < standard_errors_999);
}

TEST_CASE(
    "gamma numbers have mean and variance of their shape, and the right distribution where it is "
    "elementary") {
  for (const double shape : {0.1, 0.5, 1.0, 2.0, 3.7, 50.0}) {
    CAPTURE(shape);
    Stream stream(1, 0, "gamma", static_cast<std::uint64_t>(10.0 * shape));
    CHECK(deviation(500'000, shape, shape, [&] { return stream.gamma(shape); }) < standard_errors_999);
    // (x - k)^2 has mean k and variance 2 k^2 + 6 k.
    CHECK(deviation(500'000, shape, 2.0 * shape * shape + 6.0 * shape, [&] {
            const double x = stream.gamma(shape) - shape;
            return x * x;
          }) < standard_errors_999);
  }
  Stream stream(1, 0, "gamma", 0);
  CHECK(kolmogorov_distance(
            200'000, [&] { return stream.gamma(1.0); }, [](double x) { return 1.0 - std::exp(-x); }) <
        kolmogorov_999);
  CHECK(kolmogorov_distance(
            200'000, [&] { return stream.gamma(3.0); },
            [](double x) { return 1.0 - std::exp(-x) * (1.0 + x + 0.5 * x * x); }) < kolmogorov_999);
  // Half a squared normal number has shape 1/2.
  CHECK(kolmogorov_distance(
            200'000, [&] { return stream.gamma(0.5); }, [](double x) { return std::erf(std::sqrt(x)); }) <
        kolmogorov_999);
}

TEST_CASE("whole numbers below n are equally likely, also where 2^64 is no multiple of n") {
  Stream stream(1, 0, "below", 0);
  // 7 cells, 6 degrees of freedom: chi-squared exceeds 22.46 in 0.1 % of the cases.
  std::array<double, 7> count{};
  for (int i = 0; i < 700'000; ++i) ++count[stream.below(7)];
  double chi_squared = 0.0;
  for (const double each : count) chi_squared += (each - 1e5) * (each - 1e5) / 1e5;
  CHECK(chi_squared < 22.46);
  // Three quarters of 2^64: without rejection every third result would be twice as likely as its neighbours.
  const std::uint64_t n = std::uint64_t{3} << 62;
  CHECK(deviation(300'000, 0.5, 0.25, [&] { return stream.below(n) < n / 2 ? 1.0 : 0.0; }) <
        standard_errors_999);
  CHECK(deviation(300'000, 1.0 / 3.0, 2.0 / 9.0, [&] { return stream.below(n) % 3 == 0 ? 1.0 : 0.0; }) <
        standard_errors_999);
  CHECK(stream.below(1) == 0);
}

TEST_CASE("the layers of the ziggurats have equal areas and close at the top") {
  for (const sim::Ziggurat* table : {&sim::exponential_ziggurat, &sim::normal_ziggurat}) {
    const auto x = [table](std::size_t i) { return table->layer[i].width * 0x1p53; };
    const double area = x(0) * table->height[1];
    for (std::size_t i = 1; i < sim::Ziggurat::layers; ++i) {
      CAPTURE(i);
      CHECK(x(i) * (table->height[i + 1] - table->height[i]) == doctest::Approx(area).epsilon(1e-9));
    }
  }
}
