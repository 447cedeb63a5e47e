// SPDX-License-Identifier: MIT
#include "models/fleet/day_load.hpp"

#include <algorithm>

#include "models/workload/daily_curve.hpp"

namespace models {
namespace {

double between_points(const DayPoint& before, const DayPoint& after, Duration at) {
  const double width = (after.at - before.at).seconds;
  const double share = width > 0.0 ? (at - before.at).seconds / width : 1.0;
  return before.load.per_second + share * (after.load.per_second - before.load.per_second);
}

}  // namespace

DayLoad::DayLoad(const Load& load, const Autoscale& autoscale) : load_(load) {
  if (autoscale.trace) {
    points_ = autoscale.trace_points;
    repeats_ = false;
    length_ = points_.back().at;
    if (points_.front().at > Duration{}) points_.insert(points_.begin(), {Duration{}, points_.front().load});
    return;
  }
  if (autoscale.day.empty()) {
    if (load.arrivals == ArrivalProcess::diurnal) length_ = load.day;
    return;
  }
  points_ = autoscale.day;
  length_ = std::max(length_, points_.back().at);
  // The last point leads to the first one of the next day.
  DayPoint next_day = points_.front();
  next_day.at = next_day.at + length_;
  DayPoint previous = points_.back();
  previous.at = previous.at - length_;
  const Rate midnight{between_points(previous, points_.front(), Duration{})};
  const bool starts_at_zero = points_.front().at == Duration{};
  if (!starts_at_zero) points_.insert(points_.begin(), {Duration{}, midnight});
  if (points_.back().at < length_) points_.push_back({length_, starts_at_zero ? next_day.load : midnight});
}

double DayLoad::rate(Duration at) const {
  if (points_.empty()) {
    const double mean = load_.open->per_second;
    if (load_.arrivals != ArrivalProcess::diurnal) return mean;
    return mean * (1.0 + load_.amplitude.value) * share_of_peak(load_, at);
  }
  const auto after = std::upper_bound(points_.begin(), points_.end(), at,
                                      [](Duration time, const DayPoint& point) { return time < point.at; });
  if (after == points_.begin()) return points_.front().load.per_second;
  if (after == points_.end()) return points_.back().load.per_second;
  return between_points(*(after - 1), *after, at);
}

double DayLoad::mean_rate() const {
  constexpr int samples = 1440;
  double sum = 0.0;
  for (int i = 0; i < samples; ++i) sum += rate((i + 0.5) / samples * length_);
  return sum / samples;
}

}  // namespace models
