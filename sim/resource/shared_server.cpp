// SPDX-License-Identifier: MIT
#include "sim/resource/shared_server.hpp"

#include <algorithm>

#include "sim/resource/job.hpp"
#include "sim/resource/planning.hpp"

namespace sim {

namespace {

// A virtual clock that counts from zero again this often stays exact to 2^-36 of a typical burst.
constexpr std::uint64_t bursts_between_resets = std::uint64_t{1} << 16;

}  // namespace

SharedServer::Group::Group(const GroupConfig& config, double cores, std::uint32_t number_, TimePoint now)
    : as_of(now),
      reset_at(bursts_between_resets),
      number(number_),
      most_cores(std::min(config.max_cores, cores)),
      whole_cores(static_cast<std::size_t>(most_cores)),
      max_cores(config.max_cores),
      weight(config.weight),
      bandwidth(config.quota_cores, config.period, config.burst, config.phase, now) {}

SharedServer::SharedServer(Simulation& simulation, double cores, std::span<const double> scaling)
    : simulation_(simulation),
      cores_(cores),
      scaling_(scaling.begin(), scaling.end()),
      alarm_(
          simulation, [](void* self) { static_cast<SharedServer*>(self)->settle(); }, this),
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
  limits_ = limits_ || groups_.back()->bandwidth.limited();
  if (crowded_ && limits_) {
    crowded_ = false;
    sort_active();
  }
  least_want_ = std::min(least_want_, std::min(1.0, groups_.back()->most_cores) / config.weight);
  return static_cast<GroupId>(number);
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
  const Handle last = settle_groups();
  if (last) simulation_.wake_and_end(last);
}

void SharedServer::settle_due_with_level() {
  Handle last = settle_groups();
  if (level_.due <= simulation_.now()) last = settle_level(last);
  if (last) simulation_.wake_and_end(last);
}

SharedServer::Handle SharedServer::settle_groups() {
  const TimePoint now = simulation_.now();
  Handle last;
  while (next_.earliest() <= now) {
    Group& one = *groups_[next_.place()];
    advance(one, now);
    if (one.completion <= now) last = complete_due(one, last);
    if (one.quota_event <= now) last = settle_quota(one, last);
    next_.set(one.number, TimePoint::never());
    changed(one);
  }
  return last;
}

SharedServer::Handle SharedServer::settle_level(Handle last) {
  const TimePoint now = level_time();
  const TimePoint due = std::max(level_.next.earliest(), now);  // rounding on the way to the level's time and back
  do {
    Group& one = *groups_[level_.next.place()];
    advance(one, now);
    last = complete_due(one, last);
    level_.next.set(one.number, TimePoint::never());
    changed(one);
  } while (level_.next.earliest() <= due);
  return last;
}

SharedServer::Handle SharedServer::complete_due(Group& one, Handle last) {
  // Rounding must not leave the clock short of the reading for which this event was set.
  one.clock = std::max(one.clock, one.jobs.least_key());
  return complete(one, one.clock, last);
}

[[gnu::noinline]] SharedServer::Handle SharedServer::settle_quota(Group& one, Handle last) {
  if (one.throttled) {
    one.throttled = false;
    one.throttled_time += simulation_.now() - one.throttled_since;
    runnable_ += one.jobs.size();
  } else if (one.quota_event_exhausts) {
    last = exhaust(one, last);
  }
  return last;
}

SharedServer::Handle SharedServer::complete(Group& one, double reading, Handle last) {
  do {
    Job& job = one.jobs.least();
    if (job.interrupted_) {
      job.left_ = std::max(job.work_ - Duration{one.jobs.least_key() - job.started_}, Duration{0.0});
    }
    one.jobs.remove_least();
    --runnable_;
    if (last) simulation_.wake(last);
    last = job.handle_;
  } while (!one.jobs.empty() && one.jobs.least_key() <= reading);
  return last;
}

SharedServer::Handle SharedServer::exhaust(Group& one, Handle last) {
  // Work that ends together with the budget must not wait for the next period because of rounding.
  const double reading = one.clock + one.bandwidth.slack().seconds;
  if (!one.jobs.empty() && one.jobs.least_key() <= reading) last = complete(one, reading, last);
  one.bandwidth.exhaust();
  if (one.jobs.empty()) return last;
  one.throttled = true;
  one.throttled_since = simulation_.now();
  ++one.throttled_periods;
  runnable_ -= one.jobs.size();
  return last;
}

void SharedServer::spend_quota(Group& one) {
  SIM_CHECK(simulation_, one.bandwidth.spend(one.as_of, simulation_.now(), one.allocation, !one.jobs.empty()),
            "a group spent more CPU time than its quota");
}

void SharedServer::refresh_scarce() {
  if (crowded_) {
    refresh_crowded();
  } else {
    refresh_unsatisfied();
  }
  end_refresh();
}

void SharedServer::end_refresh() {
  stale_.clear();
  alarm_.schedule(next_due());
  if (!watches_.empty() && static_cast<double>(runnable_) < cores_) call_watches();
}

// While there is enough for all, nobody is at the level, and a group is nobody else's business but for the speed
// of the cores. So each gets what it wants at first, in one go.
void SharedServer::refresh_satisfied() {
  for (Group* const one : stale_) {
    update(*one);
    if (!one->listed && one->demand > 0.0) list(*one);
    one->stale = false;
    one->allocation = one->demand;
    // Whether each job has a core of its own is known long before a quotient would be.
    if (one->jobs.size() <= one->whole_cores) {
      one->rate = one->allocation > 0.0 ? core_speed_ : 0.0;
    } else {
      one->rate = rate(*one, one->allocation);
    }
    plan(*one, simulation_.now(), next_);
  }
  if (demand_ > cores_) {
    share_out();
  } else if (!scaling_.empty()) {
    set_speed(demand_);
  }
  end_refresh();
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
  active_.push_back({0.0, &one});
  one.listed = true;
}

[[gnu::noinline]] TimePoint SharedServer::next_due_with_level() {
  const TimePoint next = level_.next.earliest();
  level_.due = TimePoint::never();
  // Rounding on the way to the level's time and back must not lead into the past.
  if (next < TimePoint::never()) {
    level_.due = std::max(simulation_.now(), level_.as_of + (next - level_.reading) / level_.pace);
  }
  return std::min(next_.earliest(), level_.due);
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
