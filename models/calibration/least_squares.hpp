// SPDX-License-Identifier: MIT
// Damped Gauss-Newton (K. Levenberg 1944, D. Marquardt 1963) for few parameters and costly residuals.
//
//   minimise  sum_i rho(r_i(x)) + sum_j (x_j / prior_j)^2,   low <= x <= high,   start at x = 0
//
// rho is Huber's loss: quadratic up to `huber` standard deviations and linear beyond, so that one spoilt reading bends
// nothing. The prior keeps a direction in place that no residual tells. Residuals are in standard deviations.
// Invariant: all points that one step needs are handed over together, so that they can be worked out in parallel.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <vector>

namespace models {

struct Coordinate {
  double low = 0.0;
  double high = 0.0;
  double prior = 1.0;  // standard deviation
  double step = 0.05;  // of the finite difference
};

// One vector of residuals for each point, all of the same length.
using BatchOfResiduals = std::function<std::vector<Eigen::VectorXd>(const std::vector<Eigen::VectorXd>&)>;

struct Minimum {
  Eigen::VectorXd x;
  Eigen::VectorXd residuals;
  Eigen::VectorXd deviation;  // standard deviation of each x: inverse of J^T J + prior, times chi_square / dof above one
  double chi_square = 0.0;    // Huber's, without the prior
};

struct LeastSquaresSettings {
  std::size_t iterations = 12;
  double huber = 3.0;
  double good_enough = 0.003;  // stops when an iteration gains less than this share
};

// sum_i rho(r_i).
double huber_loss(const Eigen::VectorXd& residuals, double bend);

Minimum minimise(const std::vector<Coordinate>& coordinates, const BatchOfResiduals& residuals,
                 const LeastSquaresSettings& settings);

}  // namespace models
