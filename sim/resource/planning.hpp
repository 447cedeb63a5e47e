// SPDX-License-Identifier: MIT
// A group's demand and next event after a change, for the files that SharedServer is made of.
#pragma once

#include <algorithm>

#include "sim/resource/job.hpp"
#include "sim/resource/shared_server.hpp"

namespace sim {

// Brings clock and demand of a group up to date. Returns whether the demand has stayed as it was.
inline bool SharedServer::update(Group& one) {
  if (one.jobs.empty()) {
    one.clock = 0.0;
  } else if (one.jobs.inserted() >= one.reset_at) {
    reset_clock(one);
  }
  const double demand = one.wanted();
  const double more = demand - one.demand;
  one.demand = demand;
  demand_ = runnable_ > 0 ? demand_ + more : 0.0;
  return more == 0.0;
}

inline void SharedServer::plan(Group& one) {
  plan(one, time(one), one.at_level ? level_.next : next_);
}

// The group's next event, in the time by which it counts.
inline void SharedServer::plan(Group& one, TimePoint now, DueTimes& next) {
  TimePoint completion = TimePoint::never();
  if (one.rate > 0.0) {
    // Rounding may have carried the clock past a job that ends at this very instant.
    const double left = std::max(one.jobs.least_key() - one.clock, 0.0);
    completion = now + Duration{one.rate == 1.0 ? left : left / one.rate};
    prefetch(one.jobs.least().handle_.address());
  }
  one.completion = completion;
  if (one.bandwidth.limited()) plan_quota(one);
  next.set(one.number, std::min(completion, one.quota_event));
}

}  // namespace sim
