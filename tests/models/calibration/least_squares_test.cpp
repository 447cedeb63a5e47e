// SPDX-License-Identifier: MIT
#include "models/calibration/least_squares.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "models/calibration/nonnegative.hpp"

using models::Coordinate;
using models::LeastSquaresSettings;

namespace {

models::BatchOfResiduals each(Eigen::VectorXd (*residuals)(const Eigen::VectorXd&)) {
  return [residuals](const std::vector<Eigen::VectorXd>& points) {
    std::vector<Eigen::VectorXd> all;
    for (const Eigen::VectorXd& point : points) all.push_back(residuals(point));
    return all;
  };
}

const Coordinate wide{-100.0, 100.0, 1e6, 1e-4};

}  // namespace

// Rosenbrock's valley as residuals (1 - x, 10 (y - x^2)): least at (1, 1), where it is zero.
TEST_CASE("the minimiser finds the end of a bent valley") {
  LeastSquaresSettings settings;
  settings.iterations = 60;
  settings.good_enough = 0.0;
  settings.huber = 1e9;
  const auto found = models::minimise({wide, wide}, each([](const Eigen::VectorXd& x) {
                                        return Eigen::VectorXd(Eigen::Vector2d(1.0 - x[0], 10.0 * (x[1] - x[0] * x[0])));
                                      }),
                                      settings);
  CHECK(found.x[0] == doctest::Approx(1.0).epsilon(1e-3));
  CHECK(found.x[1] == doctest::Approx(1.0).epsilon(1e-3));
}

// Residuals x - 2 and 2 (x - 2): J^T J = 5, so the standard deviation is 1 / sqrt(5).
TEST_CASE("the deviation of a linear problem is that of the normal equations") {
  const auto found = models::minimise({wide}, each([](const Eigen::VectorXd& x) {
                                        return Eigen::VectorXd(Eigen::Vector2d(x[0] - 2.0, 2.0 * (x[0] - 2.0)));
                                      }),
                                      {});
  CHECK(found.x[0] == doctest::Approx(2.0));
  CHECK(found.deviation[0] == doctest::Approx(1.0 / std::sqrt(5.0)));
}

// x + y = 3 alone: the prior of y is a hundredth as wide, so x takes nearly all of it: x = 3 / (1 + 1e-4), and what the
// probes leave open shows in the deviation.
TEST_CASE("a direction that no residual tells stays where the prior has it") {
  Coordinate loose = wide;
  loose.prior = 1.0;
  Coordinate tight = wide;
  tight.prior = 0.01;
  const auto found = models::minimise({loose, tight}, each([](const Eigen::VectorXd& x) {
                                        return Eigen::VectorXd(Eigen::VectorXd::Constant(1, 1e4 * (x[0] + x[1] - 3.0)));
                                      }),
                                      {.iterations = 30, .huber = 1e9, .good_enough = 0.0});
  CHECK(found.x[0] == doctest::Approx(3.0 / 1.0001).epsilon(1e-4));
  CHECK(found.x[1] == doctest::Approx(3e-4 / 1.0001).epsilon(1e-3));
  CHECK(found.deviation[1] == doctest::Approx(0.01).epsilon(0.01));
}

// Nine readings of 1 and one of 1,000 standard deviations. Least squares would give the mean, 100.9; Huber's estimate m
// solves 9 (m - 1) = 3.
TEST_CASE("one spoilt reading moves the minimum by its weight at the bend only") {
  const auto found = models::minimise({{-2000.0, 2000.0, 1e9, 1e-3}}, each([](const Eigen::VectorXd& x) {
                                        Eigen::VectorXd r = Eigen::VectorXd::Constant(10, x[0] - 1.0);
                                        r[9] = x[0] - 1000.0;
                                        return r;
                                      }),
                                      {.iterations = 100, .huber = 3.0, .good_enough = 0.0});
  CHECK(found.x[0] == doctest::Approx(1.0 + 3.0 / 9.0).epsilon(0.01));
}

TEST_CASE("a bound holds and the other coordinates go on to their minimum") {
  const auto found = models::minimise({{0.0, 1.0, 1e6, 1e-4}, wide}, each([](const Eigen::VectorXd& x) {
                                        return Eigen::VectorXd(Eigen::Vector2d(x[0] + 2.0, x[1] - 5.0));
                                      }),
                                      {});
  CHECK(found.x[0] == 0.0);
  CHECK(found.x[1] == doctest::Approx(5.0));
}

TEST_CASE("non-negative least squares gives the exact solution where it is positive") {
  Eigen::MatrixXd a(3, 2);
  a << 1.0, 1.0, 1.0, 2.0, 1.0, 4.0;
  const Eigen::VectorXd x = Eigen::Vector2d(20e6, 0.5);
  const auto found = models::solve_non_negative(a, a * x);
  CHECK(found.x[0] == doctest::Approx(20e6));
  CHECK(found.x[1] == doctest::Approx(0.5).epsilon(1e-3));
  CHECK(found.squares < 1.0);
}

// Unconstrained x = (1, -1). With x2 = 0 the best x1 is the projection of b = (0, 1) on (1, 2): 2 / 5.
TEST_CASE("what would be negative is zero, and the rest is the best without it") {
  Eigen::MatrixXd a(2, 2);
  a << 1.0, 1.0, 2.0, 1.0;
  const auto found = models::solve_non_negative(a, Eigen::Vector2d(0.0, 1.0));
  CHECK(found.x[1] == 0.0);
  CHECK(found.x[0] == doctest::Approx(0.4));
}

TEST_CASE("columns that say the same leave both deviations infinite") {
  Eigen::MatrixXd a(3, 2);
  a << 1.0, 2.0, 1.0, 2.0, 1.0, 2.0;
  const auto found = models::solve_non_negative(a, Eigen::Vector3d(1.0, 1.1, 0.9));
  CHECK(std::isinf(found.deviation[0]));
  CHECK(std::isinf(found.deviation[1]));
}
