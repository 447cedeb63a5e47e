// SPDX-License-Identifier: MIT
#include "models/calibration/search.hpp"

#include <deque>
#include <optional>

namespace models {
namespace {

// Residuals of every probe at each point. A probe is simulated once for all points that agree in the knobs that touch
// its kernel.
class Residuals {
 public:
  Residuals(const Draft& start, const std::vector<Knob>& knobs, const std::vector<Probe>& probes, const Bench& bench)
      : start_(start), knobs_(knobs), probes_(probes), bench_(bench) {}

  std::vector<Eigen::VectorXd> operator()(const std::vector<Eigen::VectorXd>& points) {
    std::vector<Draft> drafts;
    drafts.reserve(points.size());
    std::vector<Bench::Task> tasks;
    std::vector<Seen> batch;
    std::vector<std::pair<std::size_t, std::size_t>> places;  // of the tasks: point, probe
    for (std::size_t i = 0; i < points.size(); ++i) {
      drafts.push_back(turned(start_, knobs_, points[i]));
      Seen& seen = batch.emplace_back(Seen{points[i], std::vector<std::optional<Observation>>(probes_.size())});
      for (std::size_t p = 0; p < probes_.size(); ++p) {
        seen.observations[p] = remembered(points[i], p);
        if (seen.observations[p]) continue;
        tasks.push_back({&drafts[i], &probes_[p]});
        places.emplace_back(i, p);
      }
    }
    const std::vector<Observation> observations = bench_.run(tasks);
    for (std::size_t t = 0; t < tasks.size(); ++t) batch[places[t].first].observations[places[t].second] = observations[t];

    std::vector<Eigen::VectorXd> all;
    for (const Seen& seen : batch) {
      std::vector<double> values;
      for (std::size_t p = 0; p < probes_.size(); ++p) {
        const std::vector<double> own = residuals_of(probes_[p], *seen.observations[p], with_tail());
        values.insert(values.end(), own.begin(), own.end());
      }
      all.push_back(Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size())));
    }
    constexpr std::size_t memory = 100;
    seen_.insert(seen_.end(), batch.begin(), batch.end());
    while (seen_.size() > memory) seen_.pop_front();
    return all;
  }

  std::vector<Observation> predictions(const Eigen::VectorXd& point) {
    (*this)({point});
    std::vector<Observation> predicted;
    for (const std::optional<Observation>& one : seen_.back().observations) predicted.push_back(*one);
    return predicted;
  }

 private:
  struct Seen {
    Eigen::VectorXd point;
    std::vector<std::optional<Observation>> observations;  // of each probe
  };

  std::optional<Observation> remembered(const Eigen::VectorXd& point, std::size_t probe) const {
    for (auto seen = seen_.rbegin(); seen != seen_.rend(); ++seen) {
      if (agree(seen->point, point, probes_[probe].what.kernel)) return seen->observations[probe];
    }
    return std::nullopt;
  }
  bool agree(const Eigen::VectorXd& a, const Eigen::VectorXd& b, const std::string& kernel) const {
    for (std::size_t j = 0; j < knobs_.size(); ++j) {
      const bool touches = knobs_[j].kernel.empty() || knobs_[j].kernel == kernel;
      const auto k = static_cast<Eigen::Index>(j);
      if (touches && a[k] != b[k]) return false;
    }
    return true;
  }
  bool with_tail() const { return start_.starvation > 0.0; }

  const Draft& start_;
  const std::vector<Knob>& knobs_;
  const std::vector<Probe>& probes_;
  const Bench& bench_;
  std::deque<Seen> seen_;
};

}  // namespace

Solution search(const Draft& start, const std::vector<Probe>& probes, const Bench& bench,
                const LeastSquaresSettings& settings) {
  Solution solution;
  solution.knobs = knobs_of(start, probes);
  Residuals residuals(start, solution.knobs, probes, bench);
  std::vector<Coordinate> coordinates;
  for (const Knob& knob : solution.knobs) coordinates.push_back(knob.coordinate);
  solution.minimum = minimise(coordinates, [&](const auto& points) { return residuals(points); }, settings);
  solution.predictions = residuals.predictions(solution.minimum.x);
  solution.draft = turned(start, solution.knobs, solution.minimum.x);
  return solution;
}

}  // namespace models
