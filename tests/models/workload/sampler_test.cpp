// SPDX-License-Identifier: MIT
#include "models/workload/sampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/models/built_trial.hpp"

namespace {

using models::Distribution;
using models::Duration;
using models::Sampler;
using models::Shape;

std::vector<double> draw(const Distribution& distribution, std::size_t count) {
  const Sampler sampler(distribution);
  sim::Stream stream(1, 0, "demand", 0);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(sampler(stream).seconds);
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double scv_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size()) / (mean * mean);
}

}  // namespace

TEST_CASE("A constant phase always takes its mean") {
  for (const double value : draw(built::distribution(Duration{0.02}), 10)) CHECK(value == 0.02);
}

TEST_CASE("Every shape has its mean and its squared coefficient of variation") {
  // sd of a mean over n draws is sqrt(scv / n) of it. The scv's own sd is sqrt(m / n) scv with m below 60 for every
  // row here (lognormal with scv 0.5: kurtosis 3 + 16 scv + ... = 19); 4 sigma of each.
  struct Row {
    Shape shape;
    double given;
    double scv;
  };
  constexpr std::size_t n = 200'000;
  for (const Row row : {Row{Shape::exponential, 9.0, 1.0}, Row{Shape::uniform, 9.0, 1.0 / 3.0},
                        Row{Shape::lognormal, 0.5, 0.5}, Row{Shape::gamma, 3.0, 3.0}, Row{Shape::gamma, 0.2, 0.2}}) {
    const std::vector<double> values = draw(built::distribution(Duration{0.02}, row.shape, row.given), n);
    CAPTURE(static_cast<int>(row.shape));
    CAPTURE(row.scv);
    CHECK(mean_of(values) == built::relative(0.02, 4.0 * std::sqrt(row.scv / double{n})));
    CHECK(scv_of(values) == built::relative(row.scv, 4.0 * std::sqrt(60.0 / double{n})));
    CHECK(Sampler(built::distribution(Duration{0.02}, row.shape, row.given)).mean() == Duration{0.02});
    CHECK(*std::min_element(values.begin(), values.end()) >= 0.0);
  }
}

TEST_CASE("A lognormal has the median exp(mu)") {
  // mu = ln m - ln(1 + c) / 2, so the median is m / sqrt(1 + c); sd of a median: sqrt(pi / 2 / n) sigma of it.
  constexpr std::size_t n = 100'000;
  std::vector<double> values = draw(built::distribution(Duration{1.0}, Shape::lognormal, 3.0), n);
  std::nth_element(values.begin(), values.begin() + n / 2, values.end());
  const double sigma = std::sqrt(std::log(4.0));
  CHECK(values[n / 2] == built::relative(0.5, 4.0 * sigma * std::sqrt(M_PI / 2.0 / double{n})));
}

TEST_CASE("A shape without variation is constant") {
  for (const Shape shape : {Shape::lognormal, Shape::gamma}) {
    for (const double value : draw(built::distribution(Duration{0.5}, shape, 0.0), 5)) CHECK(value == 0.5);
  }
}

TEST_CASE("Measured quantiles come back, with straight lines between them") {
  // Between the points (10 %, 1 s) and (50 %, 2 s) the 30 % quantile is 1.5 s; below 10 % all is 1 s, above 90 % 10 s.
  // Mean: 0.1 * 1 + 0.4 * 1.5 + 0.4 * 6 + 0.1 * 10 = 4.1 s.
  Distribution distribution;
  distribution.shape = Shape::quantiles;
  distribution.quantiles = {{models::Fraction{0.1}, Duration{1.0}},
                            {models::Fraction{0.5}, Duration{2.0}},
                            {models::Fraction{0.9}, Duration{10.0}}};
  CHECK(Sampler(distribution).mean().seconds == built::relative(4.1, 1e-9));
  constexpr std::size_t n = 100'000;
  std::vector<double> values = draw(distribution, n);
  std::sort(values.begin(), values.end());
  CHECK(values.front() == 1.0);
  CHECK(values.back() == 10.0);
  // sd of the share below a quantile q is sqrt(q (1 - q) / n) <= 0.0016; times the slope of the line there.
  CHECK(std::abs(values[n * 3 / 10] - 1.5) < 4.0 * 0.0016 * 2.5);
  CHECK(std::abs(values[n * 7 / 10] - 6.0) < 4.0 * 0.0016 * 20.0);
  CHECK(mean_of(values) == built::relative(4.1, 4.0 * std::sqrt(scv_of(values) / double{n})));
}

TEST_CASE("The n-th draw does not depend on the draws of others") {
  const Sampler sampler(built::exponential(Duration{1.0}));
  sim::Stream one(1, 0, "demand", 3);
  sim::Stream other(1, 0, "demand", 4);
  sim::Stream again(1, 0, "demand", 3);
  for (int i = 0; i < 10; ++i) {
    const Duration value = sampler(one);
    (void)sampler(other);
    CHECK(sampler(again) == value);
  }
}
