// SPDX-License-Identifier: MIT
// The time average of a quantity that is constant between changes, and its maximum: queue length, busy
// workers, bytes. Times must not run backwards. reset() starts a new window and keeps the present value.
#pragma once

#include <algorithm>

#include "sim/core/time.hpp"

namespace sim {

// Without the maximum.
class TimeMean {
 public:
  explicit TimeMean(double initial = 0.0, TimePoint start = {})
      : value_(initial), start_(start), changed_(start) {}

  void set(TimePoint now, double value) {
    area_ += value_ * (now - changed_).seconds;
    changed_ = now;
    value_ = value;
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

  void reset(TimePoint now) {
    area_ = 0.0;
    start_ = now;
    changed_ = now;
  }

 private:
  double value_;
  double area_ = 0.0;
  TimePoint start_;
  TimePoint changed_;
};

class TimeAverage {
 public:
  explicit TimeAverage(double initial = 0.0, TimePoint start = {}) : mean_(initial, start), maximum_(initial) {}

  void set(TimePoint now, double value) {
    mean_.set(now, value);
    maximum_ = std::max(maximum_, value);
  }

  void add(TimePoint now, double delta) { set(now, value() + delta); }

  double value() const { return mean_.value(); }
  double mean(TimePoint until) const { return mean_.mean(until); }
  double maximum() const { return maximum_; }

  void reset(TimePoint now) {
    mean_.reset(now);
    maximum_ = value();
  }

 private:
  TimeMean mean_;
  double maximum_;
};

}  // namespace sim
