// SPDX-License-Identifier: MIT
#include "models/calibration/least_squares.hpp"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

namespace models {

double huber_loss(const Eigen::VectorXd& residuals, double bend) {
  double sum = 0.0;
  for (const double r : residuals) {
    const double size = std::abs(r);
    sum += size <= bend ? r * r : bend * (2.0 * size - bend);
  }
  return sum;
}

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

class Minimiser {
 public:
  Minimiser(const std::vector<Coordinate>& coordinates, const BatchOfResiduals& residuals,
            const LeastSquaresSettings& settings)
      : coordinates_(coordinates), residuals_of_(residuals), settings_(settings), x_(VectorXd::Zero(size())) {
    prior_.resize(size());
    for (Index j = 0; j < size(); ++j) prior_[j] = 1.0 / std::pow(at(j).prior, 2);
  }

  Minimum run() {
    residuals_ = residuals_of_({x_}).front();
    double damping = 1e-2;
    for (std::size_t iteration = 0; iteration < settings_.iterations && size() > 0; ++iteration) {
      differentiate();
      const double before = objective(x_, residuals_);
      damping = step(damping);
      const double after = objective(x_, residuals_);
      if (before - after < settings_.good_enough * before) break;
    }
    if (size() > 0) differentiate();
    return {x_, residuals_, deviation(), huber_loss(residuals_, settings_.huber)};
  }

 private:
  Index size() const { return static_cast<Index>(coordinates_.size()); }
  const Coordinate& at(Index j) const { return coordinates_[static_cast<std::size_t>(j)]; }

  double objective(const VectorXd& x, const VectorXd& residuals) const {
    return huber_loss(residuals, settings_.huber) + x.cwiseAbs2().dot(prior_);
  }

  VectorXd bounded(VectorXd x) const {
    for (Index j = 0; j < size(); ++j) x[j] = std::clamp(x[j], at(j).low, at(j).high);
    return x;
  }

  // Forward differences, backward where the bound is near.
  void differentiate() {
    std::vector<VectorXd> points;
    std::vector<double> steps;
    for (Index j = 0; j < size(); ++j) {
      const double step = x_[j] + at(j).step <= at(j).high ? at(j).step : -at(j).step;
      VectorXd point = x_;
      point[j] += step;
      points.push_back(std::move(point));
      steps.push_back(step);
    }
    const std::vector<VectorXd> moved = residuals_of_(points);
    jacobian_.resize(residuals_.size(), size());
    for (Index j = 0; j < size(); ++j) {
      const auto i = static_cast<std::size_t>(j);
      jacobian_.col(j) = (moved[i] - residuals_) / steps[i];
    }
    weights_ = residuals_.unaryExpr(
        [bend = settings_.huber](double r) { return std::abs(r) <= bend ? 1.0 : bend / std::abs(r); });
    normal_ = jacobian_.transpose() * weights_.asDiagonal() * jacobian_;
    normal_.diagonal() += prior_;
  }

  // Tries several dampings at once and takes the best point. Returns the damping to go on with.
  double step(double damping) {
    const VectorXd gradient =
        jacobian_.transpose() * weights_.cwiseProduct(residuals_) + prior_.cwiseProduct(x_);
    std::vector<double> dampings;
    std::vector<VectorXd> points;
    for (const double factor : {0.1, 1.0, 10.0, 100.0, 1000.0}) {
      dampings.push_back(damping * factor);
      points.push_back(bounded(x_ + solve(gradient, dampings.back())));
    }
    const std::vector<VectorXd> residuals = residuals_of_(points);
    std::size_t best = points.size();
    double least = objective(x_, residuals_);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double value = objective(points[i], residuals[i]);
      if (value >= least) continue;
      least = value;
      best = i;
    }
    if (best == points.size()) return damping * 100.0;
    x_ = points[best];
    residuals_ = residuals[best];
    return std::max(dampings[best], 1e-6);
  }

  // The step of the coordinates that no bound holds back.
  VectorXd solve(const VectorXd& gradient, double damping) const {
    MatrixXd damped = normal_;
    damped.diagonal() *= 1.0 + damping;
    VectorXd right = -gradient;
    for (Index j = 0; j < size(); ++j) {
      const bool held = (x_[j] <= at(j).low && gradient[j] > 0.0) || (x_[j] >= at(j).high && gradient[j] < 0.0);
      if (!held) continue;
      damped.row(j).setZero();
      damped.col(j).setZero();
      damped(j, j) = 1.0;
      right[j] = 0.0;
    }
    return Eigen::JacobiSVD<MatrixXd>(damped, Eigen::ComputeThinU | Eigen::ComputeThinV).solve(right);
  }

  VectorXd deviation() const {
    if (size() == 0) return {};
    const MatrixXd inverse = Eigen::JacobiSVD<MatrixXd>(normal_, Eigen::ComputeThinU | Eigen::ComputeThinV)
                                 .solve(MatrixXd::Identity(size(), size()));
    const double freedom = std::max(1.0, static_cast<double>(residuals_.size() - size()));
    const double excess = std::max(1.0, huber_loss(residuals_, settings_.huber) / freedom);
    return (inverse.diagonal() * excess).cwiseMax(0.0).cwiseSqrt();
  }

  const std::vector<Coordinate>& coordinates_;
  const BatchOfResiduals& residuals_of_;
  const LeastSquaresSettings& settings_;
  VectorXd x_;
  VectorXd residuals_;
  VectorXd prior_;
  VectorXd weights_;
  MatrixXd jacobian_;
  MatrixXd normal_;
};

}  // namespace

Minimum minimise(const std::vector<Coordinate>& coordinates, const BatchOfResiduals& residuals,
                 const LeastSquaresSettings& settings) {
  return Minimiser(coordinates, residuals, settings).run();
}

}  // namespace models
