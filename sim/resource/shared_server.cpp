// SPDX-License-Identifier: MIT
#include "sim/resource/shared_server.hpp"

#include <algorithm>
#include <cmath>

namespace sim {

namespace {

// Rounding that a sum of shares may show; relative.
constexpr double capacity_slack = 1e-9;
// A virtual clock that counts from zero again this often stays exact to 2^-36 of a typical burst.
constexpr std::uint64_t bursts_between_resets = std::uint64_t{1} << 16;

}  // namespace

SharedServer::Group::Group(const GroupConfig& config, TimePoint now)
    : weight(config.weight),
      max_cores(config.max_cores),
      as_of(now),
      reset_at(bursts_between_resets),
      bandwidth(config.quota_cores, config.period, config.burst, config.phase, now) {}

SharedServer::SharedServer(Simulation& simulation, double cores, std::span<const double> scaling)
    : simulation_(simulation),
      cores_(cores),
      scaling_(scaling.begin(), scaling.end()),
      timer_(
          simulation, [](void* self) { static_cast<SharedServer*>(self)->settle_due(); }, this),
      refresh_later_(
          simulation, [](void* self) { static_cast<SharedServer*>(self)->refresh(); }, this) {
  SIM_CHECK(simulation_, cores > 0.0, "a server needs cores");
  for (const double throughput : scaling_) {
    SIM_CHECK(simulation_, throughput > 0.0, "a core scaling must be positive");
  }
}

SharedServer::~SharedServer() {
  for (Group& each : groups_) {
    each.jobs.for_each([](Job& job) { job.position_ = FinishHeap<Job>::nowhere; });
  }
}

GroupId SharedServer::add_group(const GroupConfig& config) {
  SIM_CHECK(simulation_, config.weight > 0.0 && config.max_cores > 0.0 && config.quota_cores > 0.0,
            "weight, core limit and quota of a group must be positive");
  SIM_CHECK(simulation_, config.period > Duration{0.0} && config.burst >= Duration{0.0},
            "a quota period must be positive and a burst not negative");
  groups_.emplace_back(config, simulation_.now());
  next_.resize(groups_.size());
  active_.reserve(groups_.capacity());
  stale_.reserve(groups_.capacity());
  return static_cast<GroupId>(groups_.size() - 1);
}

std::size_t SharedServer::free_cores(GroupId id) const {
  const Group& one = group(id);
  if (one.throttled) return 0;
  const double idle = std::min(cores_ - static_cast<double>(runnable_), one.max_cores - static_cast<double>(one.jobs.size()));
  return idle >= 1.0 ? static_cast<std::size_t>(idle) : 0;
}

Duration SharedServer::cpu_time(GroupId id) const {
  const Group& one = group(id);
  return one.cpu_time + one.allocation * (simulation_.now() - one.as_of);
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
  const auto index = static_cast<std::size_t>(job.group_);
  Group& one = groups_[index];
  advance(one);
  job.handle_ = handle;
  job.work_ = work;
  job.started_ = one.clock;
  job.interrupted_ = false;
  one.jobs.insert(job, one.clock + work.seconds);
  if (!one.throttled) ++runnable_;
  changed(index);
}

void SharedServer::leave(Job& job) {
  const auto index = static_cast<std::size_t>(job.group_);
  Group& one = groups_[index];
  advance(one);
  one.jobs.remove(job);
  if (!one.throttled) --runnable_;
  changed(index);
}

Duration SharedServer::attained(const Job& job) const {
  SIM_CHECK(simulation_, job.running(), "a job without a burst was asked how far it is");
  return std::clamp(Duration{clock_now(group(job.group_)) - job.started_}, Duration{0.0}, job.work_);
}

void SharedServer::interrupt_at(Job& job, Duration attained) {
  SIM_CHECK(simulation_, job.running(), "a job without a burst was interrupted");
  const auto index = static_cast<std::size_t>(job.group_);
  Group& one = groups_[index];
  advance(one);
  const double interruption = std::max(one.clock, job.started_ + attained.seconds);
  const double end = job.started_ + job.work_.seconds;
  job.interrupted_ = interruption < end;
  one.jobs.change(job, job.interrupted_ ? interruption : end);
  changed(index);
}

// Several groups may be due at the same time.
void SharedServer::settle_due() {
  while (next_.time() <= simulation_.now()) settle(next_.index());
}

void SharedServer::settle(std::size_t index) {
  Group& one = groups_[index];
  const TimePoint now = simulation_.now();
  advance(one);
  if (one.completion <= now) {
    // Rounding must not leave the clock short of the reading for which this event was set.
    one.clock = std::max(one.clock, one.jobs.least_key());
    complete(one, one.clock);
  }
  if (one.quota_event <= now) {
    if (one.throttled) {
      one.throttled = false;
      one.throttled_time += now - one.throttled_since;
      runnable_ += one.jobs.size();
    } else if (one.quota_event_exhausts) {
      exhaust(one);
    }
  }
  next_.set(index, TimePoint::never());
  changed(index);
}

void SharedServer::complete(Group& one, double reading) {
  while (!one.jobs.empty() && one.jobs.least_key() <= reading) {
    Job& job = one.jobs.least();
    const double key = one.jobs.least_key();
    if (job.interrupted_) job.left_ = std::max(job.work_ - Duration{key - job.started_}, Duration{0.0});
    one.jobs.remove(job);
    --runnable_;
    simulation_.wake(job.handle_);
  }
}

void SharedServer::exhaust(Group& one) {
  // Work that ends together with the budget must not wait for the next period because of rounding.
  complete(one, one.clock + one.bandwidth.slack().seconds);
  one.bandwidth.exhaust();
  if (one.jobs.empty()) return;
  one.throttled = true;
  one.throttled_since = simulation_.now();
  ++one.throttled_periods;
  runnable_ -= one.jobs.size();
}

void SharedServer::advance(Group& one) {
  const TimePoint now = simulation_.now();
  if (one.as_of == now) return;
  const Duration elapsed = now - one.as_of;
  one.clock += one.rate * elapsed.seconds;
  one.cpu_time += one.allocation * elapsed;
  if (one.bandwidth.limited()) {
    SIM_CHECK(simulation_, one.bandwidth.spend(one.as_of, now, one.allocation, !one.jobs.empty()),
              "a group spent more CPU time than its quota");
  }
  one.as_of = now;
}

void SharedServer::changed(std::size_t index) {
  Group& one = groups_[index];
  if (one.stale) return;
  one.stale = true;
  stale_.push_back(static_cast<std::uint32_t>(index));
  refresh_later_.request();
}

// Brings demands, shares and next events up to date with the changes of this instant.
void SharedServer::refresh() {
  const bool was_enough = demand_ <= cores_;
  bool same = true;
  for (const std::uint32_t index : stale_) same = !refresh_demand(index) && same;
  if (active_.empty()) demand_ = 0.0;
  // While there is enough for all and cores do not slow each other down, a group is nobody else's business.
  const bool enough = was_enough && demand_ <= cores_ && scaling_.empty();
  if (!same && !enough) share_out();
  for (const std::uint32_t index : stale_) {
    Group& one = groups_[index];
    set_allocation(index, enough ? one.demand : one.allocation);
    one.stale = false;
    plan(index);
  }
  stale_.clear();
  timer_.schedule(next_.time());
}

// Returns whether the demand changed.
bool SharedServer::refresh_demand(std::size_t index) {
  Group& one = groups_[index];
  if (one.jobs.empty()) {
    one.clock = 0.0;
  } else if (one.jobs.inserted() >= one.reset_at) {
    one.jobs.for_each([&one](Job& job) { job.started_ -= one.clock; });
    one.jobs.subtract(one.clock);
    one.clock = 0.0;
    one.reset_at = one.jobs.inserted() + bursts_between_resets;
  }
  const double count = static_cast<double>(one.jobs.size());
  const double demand = one.throttled ? 0.0 : std::min({count, cores_, one.max_cores});
  if (demand == one.demand) return false;
  const auto id = static_cast<std::uint32_t>(index);
  if (one.demand == 0.0) {
    active_.push_back(id);
  } else if (demand == 0.0) {
    active_.erase(std::find(active_.begin(), active_.end(), id));
    one.allocation = 0.0;
  }
  demand_ += demand - one.demand;
  one.demand = demand;
  return true;
}

// Weighted max-min by water-filling: groups in the order of demand over weight get what they want as long as
// that is no more than their share by weight of what is left; the others share the rest by weight.
void SharedServer::share_out() {
  const auto before = [this](std::uint32_t a, std::uint32_t b) {
    const double left = groups_[a].demand * groups_[b].weight;
    const double right = groups_[b].demand * groups_[a].weight;
    return left != right ? left < right : a < b;
  };
  // One group moved since the last time, so insertion takes linear time.
  double weight = 0.0;
  demand_ = 0.0;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    const std::uint32_t moving = active_[i];
    std::size_t at = i;
    for (; at > 0 && before(moving, active_[at - 1]); --at) active_[at] = active_[at - 1];
    active_[at] = moving;
    weight += groups_[moving].weight;
    demand_ += groups_[moving].demand;
  }
  core_speed_ = speed(std::min(demand_, cores_));
  double left = cores_;
  double used = 0.0;
  std::size_t satisfied = 0;
  for (; satisfied < active_.size(); ++satisfied) {
    const Group& one = groups_[active_[satisfied]];
    if (one.demand * weight > left * one.weight && demand_ > cores_) break;
    left -= one.demand;
    weight -= one.weight;
    used += one.demand;
    set_allocation(active_[satisfied], one.demand);
  }
  weight = 0.0;
  for (std::size_t i = satisfied; i < active_.size(); ++i) weight += groups_[active_[i]].weight;
  for (std::size_t i = satisfied; i < active_.size(); ++i) {
    const Group& one = groups_[active_[i]];
    const double allocation = std::min(left * one.weight / weight, one.demand);
    used += allocation;
    set_allocation(active_[i], allocation);
  }
  SIM_CHECK(simulation_, used <= cores_ * (1.0 + capacity_slack), "more cores were given out than there are");
}

// Work a second of a core when `busy` cores are busy.
double SharedServer::speed(double busy) const {
  if (scaling_.empty() || busy <= 1.0) return 1.0;
  const double last = static_cast<double>(scaling_.size());
  if (busy >= last) return scaling_.back() / last;
  const double whole = std::floor(busy);
  const auto below = static_cast<std::size_t>(whole);
  const double throughput = scaling_[below - 1] + (busy - whole) * (scaling_[below] - scaling_[below - 1]);
  return throughput / busy;
}

// Also sets the rate of the group's jobs, which changes with their number and with the speed of the cores.
void SharedServer::set_allocation(std::size_t index, double allocation) {
  Group& one = groups_[index];
  const double rate =
      allocation > 0.0 ? allocation / static_cast<double>(one.jobs.size()) * core_speed_ : 0.0;
  if (allocation == one.allocation && rate == one.rate) return;
  advance(one);
  one.allocation = allocation;
  one.rate = rate;
  if (!one.stale) plan(index);
}

void SharedServer::plan(std::size_t index) {
  Group& one = groups_[index];
  const TimePoint now = simulation_.now();
  // Rounding may have carried the clock past a job that ends at this very instant.
  one.completion = one.rate > 0.0 ? now + Duration{std::max(one.jobs.least_key() - one.clock, 0.0) / one.rate}
                                  : TimePoint::never();
  one.quota_event = TimePoint::never();
  one.quota_event_exhausts = false;
  if (one.bandwidth.limited()) {
    if (one.throttled) {
      one.quota_event = one.bandwidth.end_of_period();
    } else if (one.allocation > 0.0) {
      one.quota_event = one.bandwidth.exhausted_at(now, one.allocation);
      one.quota_event_exhausts = one.quota_event < TimePoint::never();
      if (!one.quota_event_exhausts && one.bandwidth.exceeded_by(one.allocation)) {
        one.quota_event = one.bandwidth.end_of_period();
      }
    }
  }
  next_.set(index, std::min(one.completion, one.quota_event));
}

Job::~Job() {
  SIM_CHECK(server_.simulation_, !running(), "a job was destroyed in the middle of a burst");
}

}  // namespace sim
