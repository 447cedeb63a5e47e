// SPDX-License-Identifier: MIT
// The time for which a container has requests, as platforms bill it that charge for that time only: in stretches of
// whole steps, each from the arrival of a request at an idle container; a request that arrives before the last step has
// passed prolongs the stretch.
#pragma once

#include <algorithm>
#include <cmath>

#include "sim/core/time.hpp"

namespace models {

class BusyStretches {
 public:
  explicit BusyStretches(sim::Duration step) : step_(step) {}

  // The container was idle, and is busy.
  void begin(sim::TimePoint now) {
    if (now >= paid_until_) {
      paid_ += within_window(paid_until_);
      began_ = now;
    }
    busy_ = true;
  }

  // The last request has left.
  void end(sim::TimePoint now) {
    constexpr double rounding_error = 1e-9;
    const double steps = std::ceil((now - began_) / step_ - rounding_error);
    paid_until_ = began_ + std::max(steps, 1.0) * step_;
    busy_ = false;
  }

  void reset(sim::TimePoint now) {
    window_ = now;
    paid_ = {};
  }

  // Share of the time since the last reset.
  double share(sim::TimePoint now) const {
    const sim::Duration length = now - window_;
    if (length <= sim::Duration{}) return busy_ ? 1.0 : 0.0;
    return (paid_ + within_window(busy_ ? now : std::min(now, paid_until_))) / length;
  }

 private:
  // The present stretch, as far as it has come by then.
  sim::Duration within_window(sim::TimePoint until) const {
    return std::max(sim::Duration{}, until - std::max(began_, window_));
  }

  sim::Duration step_;
  bool busy_ = false;
  sim::TimePoint began_;
  sim::TimePoint paid_until_;
  sim::TimePoint window_;
  sim::Duration paid_;        // for stretches that are over
};

}  // namespace models
