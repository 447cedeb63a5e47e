// SPDX-License-Identifier: MIT
// Cores that bursts share equally, by hand, with or without a quota: by attained service, so that a change
// costs O(log n). Times in seconds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "tests/bench/bare_heap.hpp"

namespace bare {

class Cores {
 public:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  // `quota`: cores; a period's budget is quota * period. `timer` is the kind of this object's events.
  Cores(double cores, double quota, double period, std::uint32_t timer)
      : cores_(cores), quota_(quota), period_(period), timer_(timer), budget_(quota * period) {}

  void start(double now, double work, std::uint32_t number) {
    advance(now);
    running_.push(clock_ + work, number);
    ++count_;
  }

  // The timer is due. Returns whose burst has ended, if one has.
  std::optional<std::uint32_t> fire(double now) {
    if (now != armed_) return std::nullopt;
    armed_ = infinity;
    if (now != due_) return std::nullopt;
    advance(now);
    if (exhausts_) {
      throttled_ = true;
      return std::nullopt;
    }
    const std::uint32_t number = running_.pop(clock_);
    --count_;
    return number;
  }

  void begin_period(double now) {
    advance(now);
    throttled_ = false;
    budget_ = quota_ * period_;
  }

  // To be called after the changes of an instant. A timer that is only too early stays, and asks again.
  void plan(double now, Heap& heap) {
    advance(now);
    if (count_ == 0 || throttled_) {
      due_ = infinity;
      return;
    }
    const double finish = now + std::max(0.0, running_.next() - clock_) * count_ / used();
    const double exhaustion = now + std::max(0.0, budget_) / used();
    exhausts_ = exhaustion < finish;
    due_ = std::min(finish, exhaustion);
    if (due_ < armed_) {
      armed_ = due_;
      heap.push(due_, timer_);
    }
  }

  void advance(double now) {
    const double elapsed = now - as_of_;
    as_of_ = now;
    if (count_ == 0) return;
    if (throttled_) {
      throttled_time_ += elapsed;
      return;
    }
    clock_ += elapsed * used() / count_;
    budget_ -= elapsed * used();
  }

  double throttled_time() const { return throttled_time_; }

 private:
  double used() const { return std::min(static_cast<double>(count_), cores_); }

  double cores_;
  double quota_;
  double period_;
  std::uint32_t timer_;
  Heap running_;  // by the reading of the clock at which a burst ends
  std::uint32_t count_ = 0;
  double clock_ = 0.0;  // CPU time that a burst present throughout has got
  double budget_;
  double as_of_ = 0.0;  // clock and budget are right at this time
  bool throttled_ = false;
  double throttled_time_ = 0.0;
  double due_ = infinity;
  double armed_ = infinity;  // the earliest timer in the heap
  bool exhausts_ = false;    // the budget, at due_
};

}  // namespace bare
