// SPDX-License-Identifier: MIT
#include "sim/resource/bandwidth.hpp"

#include <algorithm>
#include <cmath>

namespace sim {

Bandwidth::Bandwidth(double quota_cores, Duration period, Duration burst, Duration phase, TimePoint now)
    : quota_(period * quota_cores),
      period_(period),
      burst_(burst),
      phase_(phase),
      slack_(limited() ? quota_ * tolerance : Duration{0.0}),
      budget_(quota_),
      index_(limited() ? index_at(now) : 0),
      end_(limited() ? start_of(index_ + 1) : TimePoint::never()),
      last_active_(index_ - 1) {}

std::int64_t Bandwidth::index_at(TimePoint time) const {
  auto index = static_cast<std::int64_t>(std::floor((time.seconds - phase_.seconds) / period_.seconds));
  while (start_of(index) > time) --index;
  while (start_of(index + 1) <= time) ++index;
  return index;
}

void Bandwidth::count_active(std::int64_t first, std::int64_t last) {
  first = std::max(first, last_active_ + 1);
  if (last < first) return;
  periods_ += static_cast<std::uint64_t>(last - first + 1);
  last_active_ = last;
}

bool Bandwidth::spend_across(TimePoint from, TimePoint to, double cores, bool active) {
  const Duration left_of_first = budget_ - cores * (end_ - from);
  const std::int64_t index = index_at(to);
  const std::int64_t full_periods = index - index_ - 1;
  const TimePoint start = start_of(index);
  Duration saved = std::clamp(left_of_first, Duration{0.0}, burst_);
  bool allowed = left_of_first >= -slack_;
  if (full_periods > 0) {
    const Duration gain = quota_ - cores * period_;
    saved = std::clamp(saved + static_cast<double>(full_periods) * gain, Duration{0.0}, burst_);
    allowed = allowed && gain >= -slack_;
  }
  if (active) count_active(index_, to == start ? index - 1 : index);
  index_ = index;
  end_ = start_of(index + 1);
  budget_ = quota_ + saved - cores * (to - start);
  return allowed && budget_ >= -slack_;
}

}  // namespace sim
