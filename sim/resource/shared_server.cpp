// SPDX-License-Identifier: MIT
#include "sim/resource/shared_server.hpp"

#include <algorithm>
#include <utility>

namespace sim {

namespace {

// Rounding that a sum of shares may show; relative.
constexpr double capacity_slack = 1e-9;
// A virtual clock that counts from zero again this often stays exact to 2^-36 of a typical burst.
constexpr std::uint64_t bursts_between_resets = std::uint64_t{1} << 16;
// The level counts from zero again when its reading is so many times what it would be had it always had its
// present pace: it is no coarser than the simulation's clock.
constexpr double longest_level = 8.0;

}  // namespace

SharedServer::Group::Group(const GroupConfig& config, double cores, std::uint32_t number_, TimePoint now)
    : as_of(now),
      reset_at(bursts_between_resets),
      number(number_),
      most_cores(std::min(config.max_cores, cores)),
      max_cores(config.max_cores),
      weight(config.weight),
      bandwidth(config.quota_cores, config.period, config.burst, config.phase, now) {}

SharedServer::SharedServer(Simulation& simulation, double cores, std::span<const double> scaling)
    : simulation_(simulation),
      cores_(cores),
      scaling_(scaling.begin(), scaling.end()),
      alarm_(
          simulation, [](void* self) { static_cast<SharedServer*>(self)->settle_due(); }, this),
      refresh_later_(
          simulation, [](void* self) { static_cast<SharedServer*>(self)->refresh(); }, this) {
  SIM_CHECK(simulation_, cores > 0.0, "a server needs cores");
  for (const double throughput : scaling_) {
    SIM_CHECK(simulation_, throughput > 0.0, "a core scaling must be positive");
    speeds_.push_back(throughput / static_cast<double>(speeds_.size() + 1));
  }
}

SharedServer::~SharedServer() {
  for (const auto& each : groups_) {
    each->jobs.for_each([](Job& job) { job.position_ = FinishHeap<Job>::nowhere; });
  }
  for (CoreWatch* const watch : watches_) watch->armed_ = false;
}

GroupId SharedServer::add_group(const GroupConfig& config) {
  SIM_CHECK(simulation_, config.weight > 0.0 && config.max_cores > 0.0 && config.quota_cores > 0.0,
            "weight, core limit and quota of a group must be positive");
  SIM_CHECK(simulation_, config.period > Duration{0.0} && config.burst >= Duration{0.0},
            "a quota period must be positive and a burst not negative");
  const auto number = static_cast<std::uint32_t>(groups_.size());
  groups_.push_back(std::make_unique<Group>(config, cores_, number, simulation_.now()));
  next_.resize(groups_.size());
  level_.next.resize(groups_.size());
  active_.reserve(groups_.size());
  stale_.reserve(groups_.size());
  return static_cast<GroupId>(number);
}

std::size_t SharedServer::free_cores(GroupId id) const {
  const Group& one = group(id);
  if (one.throttled) return 0;
  const double idle =
      std::min(cores_ - static_cast<double>(runnable_), one.max_cores - static_cast<double>(one.jobs.size()));
  return idle >= 1.0 ? static_cast<std::size_t>(idle) : 0;
}

Duration SharedServer::cpu_time(GroupId id) const {
  const Group& one = group(id);
  return one.cpu_time + one.allocation * (time(one) - one.as_of);
}

double SharedServer::busy_core_seconds() const {
  double sum = 0.0;
  for (std::size_t i = 0; i < groups_.size(); ++i) sum += cpu_time(static_cast<GroupId>(i)).seconds;
  return sum;
}

std::uint64_t SharedServer::periods(GroupId id) const {
  const Group& one = group(id);
  if (!one.bandwidth.limited()) return 0;
  Bandwidth bandwidth = one.bandwidth;
  SIM_CHECK(simulation_, bandwidth.spend(one.as_of, simulation_.now(), one.allocation, !one.jobs.empty()),
            "a group spent more CPU time than its quota");
  return bandwidth.periods();
}

Duration SharedServer::throttled_time(GroupId id) const {
  const Group& one = group(id);
  return one.throttled ? one.throttled_time + (simulation_.now() - one.throttled_since) : one.throttled_time;
}

void SharedServer::start(Job& job, Duration work, std::coroutine_handle<> handle) {
  SIM_CHECK(simulation_, !job.running(), "a job runs two bursts at once");
  SIM_CHECK(simulation_, work > Duration{0.0}, "a burst has negative work");
  Group& one = job.group_;
  advance(one);
  job.handle_ = handle;
  job.work_ = work;
  job.left_ = {0.0};
  job.started_ = one.clock;
  job.interrupted_ = false;
  one.jobs.insert(job, one.clock + work.seconds);
  if (!one.throttled) ++runnable_;
  changed(one);
}

void SharedServer::leave(Job& job) {
  Group& one = job.group_;
  advance(one);
  one.jobs.remove(job);
  if (!one.throttled) --runnable_;
  changed(one);
}

Duration SharedServer::attained(const Job& job) const {
  SIM_CHECK(simulation_, job.running(), "a job without a burst was asked how far it is");
  return std::clamp(Duration{clock_now(job.group_) - job.started_}, Duration{0.0}, job.work_);
}

void SharedServer::interrupt_at(Job& job, Duration attained) {
  SIM_CHECK(simulation_, job.running(), "a job without a burst was interrupted");
  Group& one = job.group_;
  advance(one);
  const double interruption = std::max(one.clock, job.started_ + attained.seconds);
  const double end = job.started_ + job.work_.seconds;
  job.interrupted_ = interruption < end;
  one.jobs.change(job, job.interrupted_ ? interruption : end);
  changed(one);
}

// Several groups may be due at the same time.
void SharedServer::settle_due() {
  const TimePoint now = simulation_.now();
  while (next_.earliest() <= now) {
    Group& one = *groups_[next_.place()];
    advance(one);
    if (one.completion <= now) complete_due(one);
    if (one.quota_event <= now) settle_quota(one);
    next_.set(one.number, TimePoint::never());
    changed(one);
  }
  while (level_.groups > 0 && next_due_at_level() <= now) {
    Group& one = *groups_[level_.next.place()];
    advance(one);
    complete_due(one);
    level_.next.set(one.number, TimePoint::never());
    changed(one);
  }
}

void SharedServer::complete_due(Group& one) {
  // Rounding must not leave the clock short of the reading for which this event was set.
  one.clock = std::max(one.clock, one.jobs.least_key());
  complete(one, one.clock);
}

void SharedServer::settle_quota(Group& one) {
  if (one.throttled) {
    one.throttled = false;
    one.throttled_time += simulation_.now() - one.throttled_since;
    runnable_ += one.jobs.size();
  } else if (one.quota_event_exhausts) {
    exhaust(one);
  }
}

void SharedServer::complete(Group& one, double reading) {
  do {
    Job& job = one.jobs.least();
    if (job.interrupted_) {
      job.left_ = std::max(job.work_ - Duration{one.jobs.least_key() - job.started_}, Duration{0.0});
    }
    one.jobs.remove_least();
    --runnable_;
    simulation_.wake(job.handle_);
  } while (!one.jobs.empty() && one.jobs.least_key() <= reading);
}

void SharedServer::exhaust(Group& one) {
  // Work that ends together with the budget must not wait for the next period because of rounding.
  const double reading = one.clock + one.bandwidth.slack().seconds;
  if (!one.jobs.empty() && one.jobs.least_key() <= reading) complete(one, reading);
  one.bandwidth.exhaust();
  if (one.jobs.empty()) return;
  one.throttled = true;
  one.throttled_since = simulation_.now();
  ++one.throttled_periods;
  runnable_ -= one.jobs.size();
}

void SharedServer::spend_quota(Group& one) {
  SIM_CHECK(simulation_,
            one.bandwidth.spend(one.as_of, simulation_.now(), one.allocation, !one.jobs.empty()),
            "a group spent more CPU time than its quota");
}

// Brings demands, shares and next events up to date with the changes of this instant.
void SharedServer::refresh() {
  if (demand_ <= cores_) {
    refresh_satisfied();
  } else {
    refresh_unsatisfied();
  }
  stale_.clear();
  alarm_.schedule(next_due());
  if (!watches_.empty() && static_cast<double>(runnable_) < cores_) call_watches();
}

// While there is enough for all, nobody is at the level, and a group is nobody else's business but for the speed
// of the cores. So each gets what it wants at first, in one go.
void SharedServer::refresh_satisfied() {
  for (Group* const one : stale_) {
    update(*one);
    one->stale = false;
    one->allocation = one->demand;
    one->rate = rate(*one, one->allocation);
    plan(*one, simulation_.now(), next_);
  }
  if (demand_ > cores_) {
    share_out();
  } else if (!scaling_.empty()) {
    set_speed(demand_);
  }
}

void SharedServer::refresh_unsatisfied() {
  const bool stays = level_stays();
  bool same = true;
  for (Group* const one : stale_) same &= update(*one);
  if (!same && (!stays || demand_ <= cores_)) share_out();
  for (Group* const one : stale_) {
    one->stale = false;
    if (one->demand == 0.0) {
      move(*one, false);
      one->allocation = 0.0;
    }
    one->rate = rate(*one, one->allocation);
    plan(*one);
  }
}

// Brings clock and demand of a group up to date. Returns whether the demand has stayed as it was.
bool SharedServer::update(Group& one) {
  if (one.jobs.empty()) {
    one.clock = 0.0;
  } else if (one.jobs.inserted() >= one.reset_at) {
    reset_clock(one);
  }
  const double demand = one.wanted();
  const double more = demand - one.demand;
  one.demand = demand;
  demand_ = runnable_ > 0 ? demand_ + more : 0.0;
  if (!one.listed && demand > 0.0) list(one);
  return more == 0.0;
}

// Nor is one anybody else's business that wanted more than its share, and still does.
bool SharedServer::level_stays() const {
  return std::all_of(stale_.begin(), stale_.end(), [this](const Group* one) {
    const double cores = cores_of(*one);
    return cores < one->demand && cores < one->wanted();
  });
}

void SharedServer::call_watches() {
  for (std::size_t i = 0; i < watches_.size();) {
    CoreWatch& watch = *watches_[i];
    if (!has_free_core(watch.group_)) {
      ++i;
      continue;
    }
    watches_.erase(watches_.begin() + static_cast<std::ptrdiff_t>(i));
    watch.armed_ = false;
    watch.call_(watch.object_);
  }
}

void SharedServer::reset_clock(Group& one) {
  one.jobs.for_each([&one](Job& job) { job.started_ -= one.clock; });
  one.jobs.subtract(one.clock);
  one.clock = 0.0;
  one.reset_at = one.jobs.inserted() + bursts_between_resets;
}

[[gnu::noinline]] void SharedServer::list(Group& one) {
  active_.push_back(&one);
  one.listed = true;
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

TimePoint SharedServer::next_due_at_level() const {
  const TimePoint next = level_.next.earliest();
  if (next == TimePoint::never()) return next;
  // Rounding on the way to the level's time and back must not lead into the past.
  return std::max(simulation_.now(), level_.as_of + (next - level_.reading) / level_.pace);
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

double SharedServer::rate(const Group& one, double allocation) const {
  return allocation > 0.0 ? allocation / one.jobs.count() * core_speed_ : 0.0;
}

void SharedServer::plan(Group& one) { plan(one, time(one), one.at_level ? level_.next : next_); }

// The group's next event, in the time by which it counts.
void SharedServer::plan(Group& one, TimePoint now, DueTimes& next) {
  one.completion = TimePoint::never();
  if (one.rate > 0.0) {
    // Rounding may have carried the clock past a job that ends at this very instant.
    const double left = std::max(one.jobs.least_key() - one.clock, 0.0);
    one.completion = now + Duration{one.rate == 1.0 ? left : left / one.rate};
    prefetch(one.jobs.least().handle_.address());
  }
  if (one.bandwidth.limited()) plan_quota(one);
  next.set(one.number, std::min(one.completion, one.quota_event));
}

void SharedServer::plan_quota(Group& one) {
  one.quota_event = TimePoint::never();
  one.quota_event_exhausts = false;
  if (one.throttled) {
    one.quota_event = one.bandwidth.end_of_period();
  } else if (one.allocation > 0.0) {
    one.quota_event = one.bandwidth.exhausted_at(simulation_.now(), one.allocation);
    one.quota_event_exhausts = one.quota_event < TimePoint::never();
    if (!one.quota_event_exhausts && one.bandwidth.exceeded_by(one.allocation)) {
      one.quota_event = one.bandwidth.end_of_period();
    }
  }
}

Job::~Job() {
  SIM_CHECK(server_.simulation_, !running(), "a job was destroyed in the middle of a burst");
}

}  // namespace sim
