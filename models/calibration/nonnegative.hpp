// SPDX-License-Identifier: MIT
// Least squares under x >= 0 for a handful of unknowns: minimise |A x - b|^2.
// Method: coordinate descent on the normal equations, which converges for this convex problem (Franc, Hlavac, Navara
// 2005). A column of zeros stays at zero.
#pragma once

#include <Eigen/Core>

namespace models {

struct NonNegativeSolution {
  Eigen::VectorXd x;
  Eigen::VectorXd deviation;  // standard deviation of each, from the residuals; infinite where the columns do not tell
  double squares = 0.0;       // |A x - b|^2
};

NonNegativeSolution solve_non_negative(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

}  // namespace models
