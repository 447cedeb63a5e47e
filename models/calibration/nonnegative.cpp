// SPDX-License-Identifier: MIT
#include "models/calibration/nonnegative.hpp"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>

namespace models {

NonNegativeSolution solve_non_negative(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  using Eigen::Index;
  // Columns of one length, or unknowns of different size would converge at different speeds.
  Eigen::VectorXd length = a.colwise().norm().transpose();
  Eigen::MatrixXd scaled = a;
  for (Index j = 0; j < a.cols(); ++j) {
    if (length[j] > 0.0) scaled.col(j) /= length[j];
  }
  const Eigen::MatrixXd normal = scaled.transpose() * scaled;
  const Eigen::VectorXd right = scaled.transpose() * b;
  Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
  constexpr int sweeps = 20'000;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    double moved = 0.0;
    for (Index j = 0; j < x.size(); ++j) {
      if (length[j] == 0.0) continue;
      const double next = std::max(0.0, x[j] + (right[j] - normal.row(j).dot(x)) / normal(j, j));
      moved = std::max(moved, std::abs(next - x[j]));
      x[j] = next;
    }
    if (moved <= 1e-12 * (1.0 + x.cwiseAbs().maxCoeff())) break;
  }

  NonNegativeSolution solution;
  const Eigen::VectorXd left_over = scaled * x - b;
  solution.squares = left_over.squaredNorm();
  const double freedom = std::max(1.0, static_cast<double>(a.rows() - a.cols()));
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(scaled, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::VectorXd& singular = svd.singularValues();
  solution.deviation = Eigen::VectorXd::Zero(x.size());
  for (Index j = 0; j < x.size(); ++j) {
    double variance = length[j] > 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
    for (Index i = 0; i < singular.size() && length[j] > 0.0; ++i) {
      const double part = svd.matrixV()(j, i);
      if (singular[i] > 1e-9 * singular[0]) {
        variance += part * part / (singular[i] * singular[i]);
      } else if (std::abs(part) > 1e-6) {
        variance = std::numeric_limits<double>::infinity();
      }
    }
    if (a.rows() < a.cols() && length[j] > 0.0 && singular.size() < a.cols()) {
      const double told = svd.matrixV().row(j).squaredNorm();
      if (told < 1.0 - 1e-6) variance = std::numeric_limits<double>::infinity();
    }
    solution.deviation[j] = std::sqrt(variance * solution.squares / freedom) / (length[j] > 0.0 ? length[j] : 1.0);
    if (std::isinf(variance)) solution.deviation[j] = variance;
  }
  for (Index j = 0; j < x.size(); ++j) x[j] = length[j] > 0.0 ? x[j] / length[j] : 0.0;
  solution.x = x;
  return solution;
}

}  // namespace models
