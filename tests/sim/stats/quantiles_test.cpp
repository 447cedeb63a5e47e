// SPDX-License-Identifier: MIT
#include "sim/stats/quantiles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace {

double order_statistic(std::vector<double> data, double p) {
  std::sort(data.begin(), data.end());
  const double n = static_cast<double>(data.size());
  const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(p * n * (1.0 - 1e-14))));
  return data[rank - 1];
}

}  // namespace

// Each double x of the range alone between a tiny and a huge neighbour is the median: its answer is the
// centre of its bucket. The worst relative error lies at a bucket's lower edge, and the edges are l * (1 +
// i/128): all are tried, with the last double before each.
TEST_CASE("no value in the range is misreported by more than 0.4 percent") {
  double worst = 0.0;
  for (int exponent = -30; exponent < 20; ++exponent) {
    for (int part = 0; part < 128; ++part) {
      const double edge = std::ldexp(1.0 + part / 128.0, exponent);
      const double next = std::ldexp(1.0 + (part + 1) / 128.0, exponent);
      for (const double x : {edge, std::nextafter(next, 0.0)}) {
        sim::Quantiles quantiles;
        quantiles.add(0.0);
        quantiles.add(x);
        quantiles.add(1e9);
        worst = std::max(worst, std::abs(quantiles.quantile(0.5) - x) / x);
      }
    }
  }
  CHECK(worst <= 1.0 / 256.0);
  CHECK(worst > 1.0 / 300.0);  // the bound is tight: the test looks at the right places
}

TEST_CASE("quantiles of random data lie within 0.4 percent of the order statistics") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> data;
    sim::Quantiles quantiles;
    const std::size_t n = 1 + random() % 3000;
    for (std::size_t i = 0; i < n; ++i) {
      const double u = static_cast<double>(random() >> 11) * 0x1p-53;
      data.push_back(1e-6 * std::exp(18.0 * u));  // 1 us to 66 s
      quantiles.add(data.back());
    }
    for (const double p : {0.0, 0.01, 0.07, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      const double exact = order_statistic(data, p);
      CHECK(std::abs(quantiles.quantile(p) - exact) <= exact / 256.0);
    }
  }
}

TEST_CASE("the rank of a quantile is not lifted by rounding") {
  sim::Quantiles quantiles;
  for (int i = 1; i <= 100; ++i) quantiles.add(std::ldexp(1.0, i <= 7 ? 0 : 1));
  CHECK(quantiles.quantile(0.07) == doctest::Approx(1.0).epsilon(0.004));
  CHECK(quantiles.quantile(0.0701) == doctest::Approx(2.0).epsilon(0.004));
}

TEST_CASE("multiplying all data by a power of two multiplies the answers exactly") {
  std::mt19937_64 random(11);
  sim::Quantiles once, scaled;
  for (int i = 0; i < 2000; ++i) {
    const double x = 0.001 + static_cast<double>(random() >> 11) * 0x1p-53;
    once.add(x);
    scaled.add(8.0 * x);
  }
  for (double p = 0.0; p <= 1.0; p += 0.01) CHECK(scaled.quantile(p) == 8.0 * once.quantile(p));
}

TEST_CASE("equal observations and extremes are exact") {
  sim::Quantiles quantiles;
  for (int i = 0; i < 10; ++i) quantiles.add(0.0123);
  for (const double p : {0.0, 0.5, 1.0}) CHECK(quantiles.quantile(p) == 0.0123);
  quantiles.add(0.0456);
  CHECK(quantiles.quantile(1.0) == 0.0456);
  CHECK(quantiles.quantile(0.0) == 0.0123);
}

TEST_CASE("observations outside the range count with their rank") {
  sim::Quantiles quantiles;
  for (int i = 0; i < 30; ++i) quantiles.add(0.0);
  for (int i = 0; i < 40; ++i) quantiles.add(1.0);
  for (int i = 0; i < 30; ++i) quantiles.add(1e12);
  CHECK(quantiles.quantile(0.3) == 0.0);
  CHECK(quantiles.quantile(0.5) == doctest::Approx(1.0).epsilon(0.004));
  CHECK(quantiles.quantile(0.71) == 1e12);
}

TEST_CASE("no data and not-a-number answer NaN") {
  sim::Quantiles quantiles;
  CHECK(std::isnan(quantiles.quantile(0.5)));
  quantiles.add(1.0);
  quantiles.add(std::nan(""));
  CHECK(std::isnan(quantiles.quantile(0.5)));
  quantiles.clear();
  quantiles.add(2.0);
  CHECK(quantiles.count() == 1);
  CHECK(quantiles.quantile(0.5) == 2.0);
}

TEST_CASE("merged quantiles equal the quantiles of everything") {
  std::mt19937_64 random(3);
  sim::Quantiles all, left, right;
  for (int i = 0; i < 5000; ++i) {
    const double x = static_cast<double>(random() % 100000) * 1e-5;
    all.add(x);
    (i % 3 == 0 ? left : right).add(x);
  }
  left.merge(right);
  CHECK(left.count() == all.count());
  for (double p = 0.0; p <= 1.0; p += 0.05) CHECK(left.quantile(p) == all.quantile(p));
}

// 1 .. 1000: k/1000 of them are at most k; a bucket is a 128th of an octave wide, so the share is off by less than the
// share that one bucket holds.
TEST_CASE("the share up to a value is the inverse of the quantile") {
  sim::Quantiles quantiles;
  CHECK(std::isnan(quantiles.share_up_to(1.0)));
  for (int k = 1; k <= 1000; ++k) quantiles.add(k);
  CHECK(quantiles.share_up_to(0.5) == 0.0);
  CHECK(quantiles.share_up_to(1000.0) == 1.0);
  CHECK(quantiles.share_up_to(1e9) == 1.0);
  for (const double value : {1.0, 10.0, 100.0, 250.0, 512.0, 999.0}) {
    CHECK(std::abs(quantiles.share_up_to(value) - value / 1000.0) <= value / 128.0 / 1000.0 + 1e-3);
  }
  for (const double p : {0.1, 0.5, 0.9, 0.99}) {
    CHECK(quantiles.share_up_to(quantiles.quantile(p)) == doctest::Approx(p).epsilon(0.01));
  }
}

TEST_CASE("shares count what lies outside the range") {
  sim::Quantiles quantiles;
  for (const double value : {0.0, 0.0, 1.0, 1e7}) quantiles.add(value);
  CHECK(quantiles.share_up_to(1e-12) == 0.5);
  CHECK(quantiles.share_up_to(2.0) == 0.75);
  CHECK(quantiles.share_up_to(1e6) == 0.75);
  CHECK(quantiles.share_up_to(1e7) == 1.0);
}
