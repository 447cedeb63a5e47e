// SPDX-License-Identifier: MIT
// Cores shared by groups of jobs (containers of threads), as a fluid. Units: seconds and cores.
//
//   demand      a group with n running jobs wants min(n, cores, max_cores); a throttled one wants nothing
//   sharing     weighted max-min fair between groups, equal within a group, at most one core a job
//   speed       with k busy cores each does s(k)/k work a second; CPU time counts seconds on a core, not work
//   quota       see bandwidth.hpp: out of budget, every job of the group stops until the next period
//
// Method: attained service. Each group has a virtual clock that advances by the work each of its jobs gets; a
// job that starts at reading V with work w ends at reading V + w, whatever happens to the rates between. So a
// change of rates touches no job, only the group's next event. Books are brought up to date at changes only,
// and shares are worked out once for all changes of an instant, so a job that ends and starts again costs
// little. Groups without a quota whose cores are scarce all advance by a clock of their own, the level: it runs
// as fast as a unit of weight gets cores. So a change of shares touches none of them either. Where all are such,
// the cores are crowded, and nobody has to be compared with anybody (crowded_cores.cpp).
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "sim/core/alarm.hpp"
#include "sim/core/end_of_instant.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/stack.hpp"
#include "sim/resource/bandwidth.hpp"
#include "sim/resource/due_times.hpp"
#include "sim/resource/finish_heap.hpp"

namespace sim {

struct GroupConfig {
  double weight = 100.0;
  double max_cores = std::numeric_limits<double>::infinity();
  double quota_cores = std::numeric_limits<double>::infinity();
  Duration period{0.1};
  Duration burst{0.0};  // CPU time that unspent quota may save up
  Duration phase{0.0};  // a period starts at this time
};

enum class GroupId : std::uint32_t {};

class CoreWatch;
class Job;

class SharedServer {
 public:
  using GroupId = sim::GroupId;
  using Job = sim::Job;

  // scaling[k-1] is the throughput of k busy cores over that of one; beyond its end every further core adds
  // the average of those measured. Empty: every core counts in full.
  SharedServer(Simulation& simulation, double cores, std::span<const double> scaling = {});
  ~SharedServer();
  SharedServer(const SharedServer&) = delete;
  SharedServer& operator=(const SharedServer&) = delete;

  GroupId add_group(const GroupConfig& config);

  Simulation& simulation() const { return simulation_; }
  double cores() const { return cores_; }

  // Jobs in groups that are not throttled.
  std::size_t runnable() const { return runnable_; }
  // Jobs of the group, also while it is throttled.
  std::size_t running(GroupId id) const { return group(id).jobs.size(); }
  bool throttled(GroupId id) const { return group(id).throttled; }
  // Would one more job of this group get a whole idle core now?
  bool has_free_core(GroupId id) const { return has_free_cores(id, 1.0); }
  // And so many more?
  bool has_free_cores(GroupId id, double cores) const {
    const Group& one = group(id);
    const auto busy = static_cast<double>(static_cast<std::ptrdiff_t>(runnable_));
    return !one.throttled && cores_ - busy >= cores && one.max_cores - one.jobs.count() >= cores;
  }

  Duration cpu_time(GroupId id) const;
  double busy_core_seconds() const;
  // Periods with a running or a throttled job; periods that were cut short; time from the cut to the period's
  // end.
  std::uint64_t periods(GroupId id) const;
  std::uint64_t throttled_periods(GroupId id) const { return group(id).throttled_periods; }
  Duration throttled_time(GroupId id) const;

 private:
  friend class sim::CoreWatch;
  friend class sim::Job;

  struct Group {
    Group(const GroupConfig& config, double cores, std::uint32_t number, TimePoint now);

    TimePoint as_of;          // the books below are right at this time, and so are rates since
    double clock = 0.0;       // virtual: work that a job present throughout has got
    double rate = 0.0;        // work a second that each job gets
    double allocation = 0.0;  // cores; of a group at the level, whose seconds are the level's, its weight
    double demand = 0.0;      // cores
    Duration cpu_time;
    FinishHeap<Job> jobs;
    std::uint64_t reset_at;  // number of bursts after which the clock is set back
    TimePoint completion = TimePoint::never();
    TimePoint quota_event = TimePoint::never();
    std::uint32_t number;
    bool throttled = false;
    bool quota_event_exhausts = false;
    bool stale = false;      // jobs or throttling changed, and demand, rates and events are not up to date
    bool listed = false;     // in active_
    bool satisfied = false;  // of a listed one while cores are scarce: gets what it wants
    bool at_level = false;
    double most_cores;        // of this server
    std::size_t whole_cores;  // of these
    double max_cores;
    double weight;
    Bandwidth bandwidth;
    TimePoint throttled_since;
    Duration throttled_time;
    std::uint64_t throttled_periods = 0;

    double wanted() const { return throttled ? 0.0 : std::min(jobs.count(), most_cores); }
  };

  struct Active {
    double key = 0.0;  // demand over weight, by which they are sorted while some get what they want and some less
    Group* group = nullptr;
  };

  // What groups that get less than they want share by weight.
  struct Rest {
    double cores = 0.0;
    double weight = 0.0;
  };

  // What groups at the level count as time.
  struct Level {
    TimePoint reading;  // at `as_of`
    TimePoint as_of;
    double pace = 0.0;  // cores that a unit of weight gets
    std::size_t groups = 0;
    DueTimes next;  // completion in each group
    TimePoint due;  // when the earliest of them is by the simulation's clock, if there is a group
  };

  Group& group(GroupId id) { return *groups_[static_cast<std::size_t>(id)]; }
  const Group& group(GroupId id) const { return *groups_[static_cast<std::size_t>(id)]; }

  void start(Job& job, Duration work, std::coroutine_handle<> handle);
  void leave(Job& job);
  void interrupt_at(Job& job, Duration attained);
  Duration attained(const Job& job) const;

  // The alarm's; each way is a function of its own, lest one saves registers that only the other needs.
  void settle() { level_.groups == 0 ? settle_due() : settle_due_with_level(); }
  void settle_due();
  void settle_due_with_level();
  // These complete jobs, whose coroutines go on one after the other. `last` goes on after all others so far: it is
  // woken only when another is to follow it. They return who goes on last now.
  using Handle = std::coroutine_handle<>;
  [[gnu::always_inline]] inline Handle settle_groups();
  [[gnu::always_inline]] inline Handle settle_level(Handle last);
  [[gnu::always_inline]] inline Handle complete_due(Group& group, Handle last);
  Handle settle_quota(Group& group, Handle last);
  [[gnu::always_inline]] inline Handle complete(Group& group, double reading, Handle last);
  Handle exhaust(Group& group, Handle last);
  // The present time, as this group counts it.
  TimePoint time(const Group& group) const { return group.at_level ? level_time() : simulation_.now(); }
  TimePoint level_time() const { return level_.reading + level_.pace * (simulation_.now() - level_.as_of); }
  void advance(Group& group) { advance(group, time(group)); }
  void advance(Group& group, TimePoint now) {
    const Duration elapsed = now - group.as_of;
    if (elapsed == Duration{0.0}) return;
    group.clock += group.rate * elapsed.seconds;
    group.cpu_time += group.allocation * elapsed;
    if (group.bandwidth.limited()) spend_quota(group);
    group.as_of = now;
  }
  void spend_quota(Group& group);
  void changed(Group& group) {
    if (group.stale) return;
    group.stale = true;
    stale_.push_back(&group);
    refresh_later_.request();
  }
  // Brings demands, shares and next events up to date with the changes of this instant.
  void refresh() { demand_ > cores_ ? refresh_scarce() : refresh_satisfied(); }
  void refresh_satisfied();
  void refresh_scarce();
  void refresh_crowded();
  void refresh_unsatisfied();
  [[gnu::always_inline]] inline void end_refresh();
  [[gnu::always_inline]] inline bool update(Group& group);
  void list(Group& group);
  void reset_clock(Group& group);
  [[gnu::always_inline]] inline void join(Group& group);
  [[gnu::always_inline]] inline void part(Group& group);
  // A sum of weights is made anew when it is so small a part of what it has been.
  static constexpr double coarse_weight = 1e-6;
  // Whether a group's share is no more than it would want with a single job, whichever group it is.
  bool is_crowded() const { return !limits_ && rest_.weight * least_want_ >= cores_; }
  [[gnu::always_inline]] inline bool stays_crowded();
  void sort_active();
  void share_out();
  void adjust_shares();
  void reorder(Group& group, double demand_before, bool above);
  void satisfy_more(bool same_speed);
  void satisfy(Group& group, bool same_speed);
  void ration(Group& group, bool same_speed);
  void set_speed(double busy);
  double speed(double busy) const;
  void set_level(double pace);
  void restart_level();
  void move(Group& group, bool to_level, double allocation);
  double cores_of(const Group& group) const {
    return group.at_level ? level_.pace * group.weight : group.allocation;
  }
  void set_allocation(Group& group, double allocation, bool same_speed);
  void give(Group& group, double allocation);
  [[gnu::always_inline]] inline void replan(Group& group);
  // Of each job of the group.
  double rate(const Group& group, double allocation) const {
    return allocation > 0.0 ? allocation / group.jobs.count() * core_speed_ : 0.0;
  }
  [[gnu::always_inline]] inline void plan(Group& group);
  [[gnu::always_inline]] inline void plan(Group& group, TimePoint now, DueTimes& next);
  void plan_quota(Group& group);
  void call_watches();
  TimePoint next_due() { return level_.groups == 0 ? next_.earliest() : next_due_with_level(); }
  TimePoint next_due_with_level();
  double clock_now(const Group& group) const {
    return group.clock + group.rate * (time(group) - group.as_of).seconds;
  }

  Simulation& simulation_;
  double cores_;
  std::vector<double> scaling_;
  std::vector<double> speeds_;  // scaling_[k-1] / k
  std::vector<std::unique_ptr<Group>> groups_;
  DueTimes next_;  // event of each group that is not at the level
  Level level_;
  std::vector<Active> active_;  // every group with a demand; while nobody lacks anything, some without, too
  std::size_t satisfied_ = 0;   // how many of them get what they want, the first ones, while cores are scarce
  bool crowded_ = false;        // no group gets more than one of its jobs wants, and all are at the level
  double least_want_ = std::numeric_limits<double>::infinity();  // over all groups, of what one job of it wants over its weight
  Rest rest_;
  double most_weight_ = 0.0;  // the highest rest_.weight since it was summed up
  std::uint32_t changes_until_sums_ = 0;
  bool limits_ = false;  // some group has a quota
  Stack<Group*> stale_;
  std::vector<CoreWatch*> watches_;  // armed
  std::size_t runnable_ = 0;
  double demand_ = 0.0;
  double core_speed_ = 1.0;
  Alarm alarm_;
  EndOfInstant refresh_later_;
};

}  // namespace sim
