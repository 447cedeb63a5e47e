// SPDX-License-Identifier: MIT
// The CPU quota of a group, after the kernel's CFS bandwidth control (Documentation/scheduler/sched-bwc.rst):
// in each period [phase + k*period, phase + (k+1)*period) the group may spend quota_cores * period of CPU
// time, plus what it saved before, of which at most `burst` is kept. Units: seconds, and core-seconds for
// budgets. The kernel's slices of 5 ms per CPU are not modelled.
//
// Knows no clock and no events: told that the group ran on so many cores from one time to another, it keeps
// the books, over any number of period boundaries at once. Invariant: the budget is never overdrawn by more
// than `tolerance` of a quota, which absorbs rounding where a group spends its quota exactly at the boundary.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/time.hpp"

namespace sim {

class Bandwidth {
 public:
  Bandwidth(double quota_cores, Duration period, Duration burst, Duration phase, TimePoint now);

  bool limited() const { return quota_ < Duration::infinite(); }

  // The group ran on `cores` cores, with threads that wanted to run or without, from `from` to `to`; calls
  // follow each other without a gap. Says whether the budget allowed it.
  [[nodiscard]] bool spend(TimePoint from, TimePoint to, double cores, bool active) {
    if (to >= end_) return spend_across(from, to, cores, active);
    budget_ -= cores * (to - from);
    if (active && last_active_ < index_) count_active(index_, index_);
    return budget_ >= -slack_;
  }

  // When a group that runs on `cores` cores from now on has no budget left; never, if not within this period.
  TimePoint exhausted_at(TimePoint now, double cores) const {
    if (cores * (end_ - now) <= budget_ + slack_) return TimePoint::never();
    return now + std::max(budget_, Duration{0.0}) / cores;
  }
  // Whether running on `cores` cores throughout can exhaust the budget of a later period.
  bool exceeded_by(double cores) const { return cores * period_.seconds > quota_.seconds + slack_.seconds; }
  TimePoint end_of_period() const { return end_; }
  // Budgets and remaining works up to here are rounding errors.
  Duration slack() const { return slack_; }

  void exhaust() { budget_ = {0.0}; }

  // Periods in which the group was active.
  std::uint64_t periods() const { return periods_; }

 private:
  static constexpr double tolerance = 1e-9;

  TimePoint start_of(std::int64_t index) const {
    return {phase_.seconds + static_cast<double>(index) * period_.seconds};
  }
  std::int64_t index_at(TimePoint time) const;
  bool spend_across(TimePoint from, TimePoint to, double cores, bool active);
  void count_active(std::int64_t first, std::int64_t last);

  Duration quota_;  // CPU time a period
  Duration period_;
  Duration burst_;
  Duration phase_;
  Duration slack_;
  Duration budget_;
  std::int64_t index_;  // the present period
  TimePoint end_;       // of it
  std::uint64_t periods_ = 0;
  std::int64_t last_active_;
};

}  // namespace sim
