// SPDX-License-Identifier: MIT
// How many requests a second arrive at the whole service at each time of a day: from the points or the trace of the
// `autoscale` block, else the daily curve of the load, else its constant rate.
#pragma once

#include <vector>

#include "models/fleet/autoscale.hpp"
#include "models/workload/load.hpp"

namespace models {

class DayLoad {
 public:
  // Requires: load.open, or points in `autoscale`.
  DayLoad(const Load& load, const Autoscale& autoscale);

  Duration length() const { return length_; }
  // The next day is like this one; a trace ends.
  bool repeats() const { return repeats_; }
  // Requests per second; 0 <= at <= length().
  double rate(Duration at) const;
  // Over the whole day.
  double mean_rate() const;

 private:
  std::vector<DayPoint> points_;  // ascending, from 0 to length(); empty: the curve or rate of `load_`
  Load load_;
  Duration length_{86400.0};
  bool repeats_ = true;
};

}  // namespace models
