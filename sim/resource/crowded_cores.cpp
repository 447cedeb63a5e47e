// SPDX-License-Identifier: MIT
// Cores so scarce that no group gets more than one of its jobs wants, where none has a quota: all groups with a
// demand are at the level, and none has to be compared with another.
#include <algorithm>

#include "sim/resource/planning.hpp"
#include "sim/resource/shared_server.hpp"

namespace sim {

// A group that changed in this instant begins to want cores, and gets its share.
void SharedServer::join(Group& one) {
  list(one);
  rest_.weight += one.weight;
  one.satisfied = false;
  one.at_level = true;
  ++level_.groups;
  one.as_of = level_time();
  one.allocation = one.weight;
}

// It ceases to want any.
void SharedServer::part(Group& one) {
  std::size_t at = active_.size();
  while (active_[--at].group != &one) {}
  active_[at] = active_.back();
  active_.pop_back();
  one.listed = false;
  rest_.weight -= one.weight;
  level_.next.withdraw(one.number);
  one.at_level = false;
  --level_.groups;
  one.as_of = simulation_.now();
  one.allocation = 0.0;
  one.rate = 0.0;
  one.completion = TimePoint::never();
}

// Whether that goes on; and whether the sum of weights can be trusted.
bool SharedServer::stays_crowded() {
  most_weight_ = std::max(most_weight_, rest_.weight);
  return is_crowded() && rest_.weight >= coarse_weight * most_weight_ && changes_until_sums_-- > 0;
}

// A group is the others' business only when it begins or ceases to want anything.
void SharedServer::refresh_crowded() {
  bool same = true;
  for (Group* const one : stale_) {
    const bool wanted = one->demand > 0.0;
    update(*one);
    const bool wants = one->demand > 0.0;
    if (wants == wanted) continue;
    same = false;
    wants ? join(*one) : part(*one);
  }
  if (demand_ <= cores_ || (!same && !stays_crowded())) {
    share_out();
  } else if (!same) {
    set_level(cores_ / rest_.weight);
  }
  for (Group* const one : stale_) {
    one->stale = false;
    if (one->demand == 0.0) continue;
    one->rate = rate(*one, one->allocation);
    plan(*one);
  }
}

}  // namespace sim
