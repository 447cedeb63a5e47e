// SPDX-License-Identifier: MIT
// How the cores are shared out among the groups, and the level by which those count that want more than they get.
#include "sim/resource/shared_server.hpp"

#include <algorithm>
#include <utility>

namespace sim {

namespace {

// Rounding that a sum of shares may show; relative.
constexpr double capacity_slack = 1e-9;
// The level counts from zero again when its reading is so many times what it would be had it always had its
// present pace: it is no coarser than the simulation's clock.
constexpr double longest_level = 8.0;

}  // namespace

// Whether every group that has changed wanted more than its share and still does: then it is nobody else's business.
bool SharedServer::level_stays() const {
  return std::all_of(stale_.begin(), stale_.end(), [this](const Group* one) {
    const double cores = cores_of(*one);
    return cores < one->demand && cores < one->wanted();
  });
}

// Weighted max-min by water-filling: groups in the order of demand over weight get what they want as long as
// that is no more than their share by weight of what is left; the others share the rest by weight.
void SharedServer::share_out() {
  const auto before = [](const Group* a, const Group* b) {
    const double left = a->demand * b->weight;
    const double right = b->demand * a->weight;
    return left < right || (left <= right && a->number < b->number);
  };
  // One group moved since the last time, so insertion takes linear time.
  double weight = 0.0;
  double demand = 0.0;
  std::size_t demanding = 0;
  for (Group* const moving : active_) {
    moving->listed = moving->demand > 0.0;
    if (!moving->listed) continue;
    std::size_t at = demanding++;
    for (; at > 0 && before(moving, active_[at - 1]); --at) active_[at] = active_[at - 1];
    active_[at] = moving;
    weight += moving->weight;
    demand += moving->demand;
  }
  active_.resize(demanding);
  demand_ = demand;
  const double speed_before = std::exchange(core_speed_, speed(std::min(demand_, cores_)));
  const bool same_speed = core_speed_ == speed_before;
  double left = cores_;
  std::size_t satisfied = 0;
  for (; satisfied < active_.size(); ++satisfied) {
    Group& one = *active_[satisfied];
    if (one.demand * weight > left * one.weight && demand_ > cores_) break;
    left -= one.demand;
    weight -= one.weight;
    if (one.at_level) {
      move(one, false);
      give(one, one.demand);
    } else {
      set_allocation(one, one.demand, same_speed);
    }
  }
  SIM_CHECK(simulation_, left >= -capacity_slack * cores_, "more cores were given out than there are");
  weight = 0.0;
  for (std::size_t i = satisfied; i < demanding; ++i) weight += active_[i]->weight;
  set_level(satisfied < demanding ? left / weight : 0.0);
  for (std::size_t i = satisfied; i < demanding; ++i) {
    Group& one = *active_[i];
    if (one.at_level) continue;
    if (one.bandwidth.limited()) {
      set_allocation(one, std::min(level_.pace * one.weight, one.demand), same_speed);
    } else {
      move(one, true);
      give(one, one.weight);
    }
  }
}

void SharedServer::set_level(double pace) {
  level_.reading = level_time();
  level_.as_of = simulation_.now();
  level_.pace = pace;
  if (level_.reading.seconds > longest_level * pace * simulation_.now().seconds) restart_level();
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

// Lets the group count its time by the level or by the simulation's clock. It is given something next.
void SharedServer::move(Group& one, bool to_level) {
  if (one.at_level == to_level) return;
  advance(one);
  (one.at_level ? level_.next : next_).set(one.number, TimePoint::never());
  one.at_level = to_level;
  to_level ? ++level_.groups : --level_.groups;
  one.as_of = time(one);
}

// With so many busy cores, while everybody has what he wants.
void SharedServer::set_speed(double busy) {
  const double new_speed = speed(busy);
  if (new_speed == core_speed_) return;
  core_speed_ = new_speed;
  for (Group* const one : active_) set_allocation(*one, one->demand, false);
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
  if (one.stale) return;  // the rest comes with the other changes of this instant
  one.rate = rate(one, allocation);
  plan(one);
}

}  // namespace sim
