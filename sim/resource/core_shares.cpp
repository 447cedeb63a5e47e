// SPDX-License-Identifier: MIT
// How the cores are shared out among the groups, and the level by which those count that want more than they get.
#include "sim/resource/shared_server.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "sim/resource/planning.hpp"

namespace sim {

namespace {

// Rounding that a sum of shares may show; relative.
constexpr double capacity_slack = 1e-9;
// The level counts from zero again when its reading is so many times what it would be had it always had its
// present pace: it is no coarser than the simulation's clock.
constexpr double longest_level = 8.0;
// Sums that are kept up by additions and subtractions are made anew this often, lest rounding errors pile up.
constexpr std::uint32_t changes_between_sums = 1 << 16;

}  // namespace

// A group that wanted more than its share and still does is nobody else's business.
void SharedServer::refresh_unsatisfied() {
  bool stays = true;
  bool same = true;
  for (Group* const one : stale_) {
    const double before = one->demand;
    const double cores = cores_of(*one);
    const bool same_demand = update(*one);
    const bool above = cores < before && cores < one->demand;
    if (!same_demand) reorder(*one, before, above);
    if (one->demand == 0.0) {
      if (one->at_level) move(*one, false, 0.0);
      one->allocation = 0.0;
    }
    stays &= above;
    same &= same_demand;
  }
  if (demand_ <= cores_) {
    share_out();
  } else if (!same && !stays) {
    adjust_shares();
  }
  for (Group* const one : stale_) {
    one->stale = false;
    one->rate = rate(*one, one->allocation);
    plan(*one);
  }
}

void SharedServer::sort_active() {
  for (Active& each : active_) each.key = each.group->demand / each.group->weight;
  std::sort(active_.begin(), active_.end(), [](const Active& a, const Active& b) {
    return a.key < b.key || (a.key <= b.key && a.group->number < b.group->number);
  });
}

// Weighted max-min by water-filling: groups in the order of demand over weight get what they want as long as
// that is no more than their share by weight of what is left; the others share the rest by weight.
void SharedServer::share_out() {
  demand_ = 0.0;
  rest_ = {cores_, 0.0};
  std::size_t demanding = 0;
  for (Active& each : active_) {
    Group& one = *each.group;
    one.listed = one.demand > 0.0;
    if (!one.listed) continue;
    active_[demanding++].group = &one;
    demand_ += one.demand;
    rest_.weight += one.weight;
  }
  active_.resize(demanding);
  crowded_ = demand_ > cores_ && is_crowded();
  if (crowded_) {
    next_.clear();  // all go to the level
  } else if (demand_ > cores_) {
    sort_active();
  } else if (level_.groups > 0) {
    level_.next.clear();  // all leave it
  }
  most_weight_ = rest_.weight;
  const double speed_before = std::exchange(core_speed_, speed(std::min(demand_, cores_)));
  const bool same_speed = core_speed_ == speed_before;
  satisfied_ = 0;
  if (!crowded_) satisfy_more(same_speed);
  SIM_CHECK(simulation_, rest_.cores >= -capacity_slack * cores_, "more cores were given out than there are");
  rest_.weight = 0.0;
  for (std::size_t i = satisfied_; i < demanding; ++i) rest_.weight += active_[i].group->weight;
  set_level(satisfied_ < demanding ? rest_.cores / rest_.weight : 0.0);
  for (std::size_t i = satisfied_; i < demanding; ++i) ration(*active_[i].group, same_speed);
  changes_until_sums_ = changes_between_sums;
}

// The same after changes of a few groups, which stand where they belong and are in the sums: moves the end of the
// satisfied ones.
void SharedServer::adjust_shares() {
  if (changes_until_sums_-- == 0) {
    share_out();
    return;
  }
  const std::size_t before = satisfied_;
  while (satisfied_ > 0) {
    Group& last = *active_[satisfied_ - 1].group;
    const Rest rest{rest_.cores + last.demand, rest_.weight + last.weight};
    if (last.demand * rest.weight <= rest.cores * last.weight) break;
    rest_ = rest;
    last.satisfied = false;
    --satisfied_;
  }
  most_weight_ = std::max(most_weight_, rest_.weight);
  satisfy_more(true);
  if (rest_.weight < coarse_weight * most_weight_) {
    share_out();
    return;
  }
  for (Group* const one : stale_) {
    if (one->demand > 0.0 && one->satisfied) satisfy(*one, true);
  }
  const std::size_t groups = active_.size();
  crowded_ = satisfied_ == 0 && is_crowded();
  set_level(satisfied_ < groups ? rest_.cores / rest_.weight : 0.0);
  for (std::size_t i = satisfied_; i < (limits_ ? groups : before); ++i) ration(*active_[i].group, true);
  for (Group* const one : stale_) {
    if (one->demand > 0.0 && !one->satisfied) ration(*one, true);
  }
}

// Puts a group whose demand was another before where it belongs now, and into the sums. `above`: it wanted more
// than its share and still does.
void SharedServer::reorder(Group& one, double demand_before, bool above) {
  if (demand_before > 0.0) {
    Active moved;
    for (std::size_t at = active_.size(); moved.group != &one;) std::swap(moved, active_[--at]);
    active_.pop_back();
    if (one.satisfied) {
      --satisfied_;
      rest_.cores += demand_before;
    } else if (!above) {
      rest_.weight -= one.weight;
    }
  }
  one.listed = one.demand > 0.0;
  if (!one.listed) return;
  const double key = one.demand / one.weight;
  const std::size_t least = above ? satisfied_ : 0;
  std::size_t at = active_.size();
  active_.emplace_back();
  for (; at > least && key < active_[at - 1].key; --at) active_[at] = active_[at - 1];
  active_[at] = {key, &one};
  if (above) return;
  one.satisfied = at < satisfied_;
  if (one.satisfied) {
    ++satisfied_;
    rest_.cores -= one.demand;
  } else {
    rest_.weight += one.weight;
  }
}

// Lets groups have what they want as long as that is no more than their share.
void SharedServer::satisfy_more(bool same_speed) {
  for (; satisfied_ < active_.size(); ++satisfied_) {
    Group& one = *active_[satisfied_].group;
    if (one.demand * rest_.weight > rest_.cores * one.weight && demand_ > cores_) return;
    rest_.cores -= one.demand;
    rest_.weight -= one.weight;
    one.satisfied = true;
    satisfy(one, same_speed);
  }
}

void SharedServer::satisfy(Group& one, bool same_speed) {
  if (one.at_level) {
    move(one, false, one.demand);
  } else {
    set_allocation(one, one.demand, same_speed);
  }
}

// Gives what is the group's by weight, to one without a quota by letting it count its time by the level.
void SharedServer::ration(Group& one, bool same_speed) {
  one.satisfied = false;
  if (one.at_level) return;
  if (one.bandwidth.limited()) {
    set_allocation(one, std::min(level_.pace * one.weight, one.demand), same_speed);
  } else {
    move(one, true, one.weight);
  }
}

void SharedServer::set_level(double pace) {
  level_.reading = level_time();
  level_.as_of = simulation_.now();
  level_.pace = pace;
  if (level_.reading.seconds <= longest_level * pace * simulation_.now().seconds) return;
  if (level_.groups == 0) {
    level_.reading = {0.0};
  } else {
    restart_level();
  }
}

// From zero. Groups that changed in this instant are planned with its other changes.
[[gnu::noinline]] void SharedServer::restart_level() {
  for (const auto& each : groups_) {
    if (each->at_level) advance(*each);
  }
  level_.reading = {0.0};
  for (const auto& each : groups_) {
    if (!each->at_level) continue;
    each->as_of = {0.0};
    if (!each->stale) plan(*each);
  }
}

// Lets the group count its time by the level, or by the simulation's clock again, and gives it so much by that.
void SharedServer::move(Group& one, bool to_level, double allocation) {
  advance(one);
  (to_level ? next_ : level_.next).withdraw(one.number);
  one.at_level = to_level;
  to_level ? ++level_.groups : --level_.groups;
  one.as_of = time(one);
  one.allocation = allocation;
  replan(one);
}

// With so many busy cores, while everybody has what he wants.
void SharedServer::set_speed(double busy) {
  const double new_speed = speed(busy);
  if (new_speed == core_speed_) return;
  core_speed_ = new_speed;
  for (const Active& each : active_) set_allocation(*each.group, each.group->demand, false);
}

// Work a second of a core when `busy` cores are busy.
double SharedServer::speed(double busy) const {
  if (scaling_.empty() || busy <= 1.0) return 1.0;
  const double last = static_cast<double>(scaling_.size());
  if (busy >= last) return speeds_.back();
  const auto below = static_cast<std::size_t>(busy);
  const double part = busy - static_cast<double>(below);
  if (part == 0.0) return speeds_[below - 1];
  return (scaling_[below - 1] + part * (scaling_[below] - scaling_[below - 1])) / busy;
}

// Also sets the rate of the group's jobs, which changes with their number and with the speed of the cores.
// `same_speed`: that has not changed since the last time.
void SharedServer::set_allocation(Group& one, double allocation, bool same_speed) {
  if (allocation != one.allocation || !same_speed) give(one, allocation);
}

void SharedServer::give(Group& one, double allocation) {
  advance(one);
  one.allocation = allocation;
  replan(one);
}

void SharedServer::replan(Group& one) {
  if (one.stale) return;  // this comes with the other changes of this instant
  one.rate = rate(one, one.allocation);
  plan(one, one.as_of, one.at_level ? level_.next : next_);
}

}  // namespace sim
