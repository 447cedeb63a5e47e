// SPDX-License-Identifier: MIT
#include "models/capacity/thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

#include "models/capacity/load_axis.hpp"
#include "models/capacity/replications.hpp"

namespace models {
namespace {

constexpr double widest = 1024.0;
constexpr double first_step = 0.3;

// One bisection, one probe at a time.
class Bisection {
 public:
  Bisection(const Threshold& wanted, double precision) : precision_(precision) {
    whole_ = axis_of(wanted.at->service.load) == LoadAxis::connections;
    const double usual = first_load(*wanted.at);
    const double start = wanted.guess > 0.0 ? wanted.guess : usual;
    lowest_ = whole_ ? 1.0 : usual / widest;
    highest_ = whole_ ? most_connections : std::min(usual * widest, highest_rate_tried);
    next_ = std::clamp(whole_ ? std::floor(start) : start, lowest_, highest_);
  }

  bool is_done() const { return done_; }
  double next() const { return next_; }
  double found() const { return held_ > 0.0 && failed_ < std::numeric_limits<double>::infinity() && !whole_ ? std::sqrt(held_ * failed_) : held_; }

  void tell(bool held) {
    (held ? held_ : failed_) = next_;
    if (held_ >= highest_ || failed_ <= lowest_) {
      done_ = true;
    } else if (held_ == 0.0) {
      next_ = std::max(moved(1.0 / (1.0 + step_)), lowest_);
      step_ *= 2.0;
    } else if (std::isinf(failed_)) {
      next_ = std::min(moved(1.0 + step_), highest_);
      step_ *= 2.0;
    } else {
      const double middle = whole_ ? std::floor(0.5 * (held_ + failed_)) : std::sqrt(held_ * failed_);
      done_ = failed_ / held_ - 1.0 <= precision_ || middle <= held_ || middle >= failed_;
      next_ = middle;
    }
  }

 private:
  double moved(double factor) const {
    if (!whole_) return next_ * factor;
    return factor > 1.0 ? std::max(next_ + 1.0, std::floor(next_ * factor)) : std::min(next_ - 1.0, std::ceil(next_ * factor));
  }

  double precision_;
  bool whole_ = false;
  double lowest_ = 0.0;
  double highest_ = 0.0;
  double next_ = 0.0;
  double step_ = first_step;
  double held_ = 0.0;
  double failed_ = std::numeric_limits<double>::infinity();
  bool done_ = false;
};

}  // namespace

Thresholds thresholds(std::span<const Threshold> wanted, const Slo& slo, const ThresholdSettings& settings,
                      const RunOptions& options) {
  std::vector<Bisection> searches;
  searches.reserve(wanted.size());
  for (const Threshold& one : wanted) searches.emplace_back(one, settings.precision);
  Thresholds result;
  for (;;) {
    std::deque<TrialParameters> parameters;
    std::vector<Replication> batch;
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < searches.size(); ++i) {
      if (searches[i].is_done()) continue;
      parameters.push_back(at_load(*wanted[i].at, searches[i].next()));
      batch.push_back({&parameters.back(), window_of(parameters.back(), settings.requests), wanted[i].replication});
      asked.push_back(i);
    }
    if (batch.empty()) break;
    const std::vector<Observation> seen = replicate(batch, options);
    for (std::size_t i = 0; i < asked.size(); ++i) searches[asked[i]].tell(meets(seen[i], slo));
    result.replications += batch.size();
  }
  for (const Bisection& search : searches) result.loads.push_back(search.found());
  return result;
}

}  // namespace models
