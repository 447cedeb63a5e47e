// SPDX-License-Identifier: MIT
// The time average and the maximum of a quantity that is constant between changes: queue length, busy
// workers, bytes. Times must not run backwards. reset() starts a new window and keeps the present value.
#pragma once

#include <algorithm>

#include "sim/core/time.hpp"

namespace sim {

class TimeAverage {
 public:
  explicit TimeAverage(double initial = 0.0, TimePoint start = {})
      : value_(initial), maximum_(initial), start_(start), changed_(start) {}

  void set(TimePoint now, double value) {
    area_ += value_ * (now - changed_).seconds;
    changed_ = now;
    value_ = value;
    maximum_ = std::max(maximum_, value);
  }

  void add(TimePoint now, double delta) { set(now, value_ + delta); }

  double value() const { return value_; }

  // Over the window from its start to `until`, which lies at or after the last change. An empty window has
  // the present value.
  double mean(TimePoint until) const {
    const Duration window = until - start_;
    if (window <= Duration{}) return value_;
    return (area_ + value_ * (until - changed_).seconds) / window.seconds;
  }

  double maximum() const { return maximum_; }

  void reset(TimePoint now) {
    area_ = 0.0;
    maximum_ = value_;
    start_ = now;
    changed_ = now;
  }

 private:
  double value_;
  double maximum_;
  double area_ = 0.0;
  TimePoint start_;
  TimePoint changed_;
};

}  // namespace sim
