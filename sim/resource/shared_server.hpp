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
// little.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/core/end_of_instant.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/timer.hpp"
#include "sim/resource/bandwidth.hpp"
#include "sim/resource/earliest.hpp"
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
  bool has_free_core(GroupId id) const { return free_cores(id) >= 1; }
  // Whole idle cores that further jobs of this group would get now.
  std::size_t free_cores(GroupId id) const;

  Duration cpu_time(GroupId id) const;
  double busy_core_seconds() const;
  // Periods with a running or a throttled job; periods that were cut short; time from the cut to the period's
  // end.
  std::uint64_t periods(GroupId id) const;
  std::uint64_t throttled_periods(GroupId id) const { return group(id).throttled_periods; }
  Duration throttled_time(GroupId id) const;

 private:
  friend class sim::Job;

  struct Group {
    Group(const GroupConfig& config, TimePoint now);

    double weight;
    double max_cores;
    FinishHeap<Job> jobs;
    double demand = 0.0;      // cores
    double allocation = 0.0;  // cores
    double rate = 0.0;        // work a second that each job gets
    TimePoint as_of;          // the books below are right at this time, and so are rates since
    double clock = 0.0;       // virtual: work that a job present throughout has got
    std::uint64_t reset_at;   // number of bursts after which it is set back
    Duration cpu_time;
    Bandwidth bandwidth;
    bool throttled = false;
    TimePoint throttled_since;
    Duration throttled_time;
    std::uint64_t throttled_periods = 0;
    TimePoint completion = TimePoint::never();
    TimePoint quota_event = TimePoint::never();
    bool quota_event_exhausts = false;
    bool stale = false;  // jobs or throttling changed, and demand, rates and events are not up to date
  };

  Group& group(GroupId id) { return groups_[static_cast<std::size_t>(id)]; }
  const Group& group(GroupId id) const { return groups_[static_cast<std::size_t>(id)]; }

  void start(Job& job, Duration work, std::coroutine_handle<> handle);
  void leave(Job& job);
  void interrupt_at(Job& job, Duration attained);
  Duration attained(const Job& job) const;

  void settle_due();
  void settle(std::size_t index);
  void complete(Group& group, double reading);
  void exhaust(Group& group);
  void advance(Group& group);
  void changed(std::size_t index);
  void refresh();
  bool refresh_demand(std::size_t index);
  void share_out();
  double speed(double busy) const;
  void set_allocation(std::size_t index, double allocation);
  void plan(std::size_t index);
  double clock_now(const Group& group) const {
    return group.clock + group.rate * (simulation_.now() - group.as_of).seconds;
  }

  Simulation& simulation_;
  double cores_;
  std::vector<double> scaling_;
  std::vector<Group> groups_;
  Earliest next_;  // event of each group
  std::vector<std::uint32_t> active_;
  std::vector<std::uint32_t> stale_;
  std::size_t runnable_ = 0;
  double demand_ = 0.0;
  double core_speed_ = 1.0;
  Timer timer_;
  EndOfInstant refresh_later_;
};

// One simulated thread: runs bursts, one at a time. Must outlive the coroutine that awaits them.
class Job {
 public:
  class Use;

  Job(SharedServer& server, GroupId group) : server_(server), group_(group) {}
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // co_await: runs until the work is done and returns 0, or until interrupted and returns the work left.
  [[nodiscard]] Use use(Duration work);

  bool running() const { return position_ != FinishHeap<Job>::nowhere; }
  // Work done in the running burst.
  Duration attained() const { return server_.attained(*this); }
  // Ends the running burst when this much has been done (at once, if it has been already), but never after
  // its own end. The last call counts. A throttled job does nothing, so neither does it end.
  void interrupt_at(Duration attained) { server_.interrupt_at(*this, attained); }

  GroupId group() const { return group_; }
  SharedServer& server() const { return server_; }
  Simulation& simulation() const { return server_.simulation(); }

 private:
  friend class SharedServer;
  friend class FinishHeap<Job>;

  SharedServer& server_;
  GroupId group_;
  std::size_t position_ = FinishHeap<Job>::nowhere;  // the heap's
  double started_ = 0.0;                            // reading of the group's clock
  Duration work_;
  Duration left_;
  bool interrupted_ = false;
  std::coroutine_handle<> handle_;
};

class Job::Use {
 public:
  Use(Job& job, Duration work) : job_(job), work_(work) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() {
    if (suspended_ && job_.running()) job_.server_.leave(job_);
  }

  bool await_ready() {
    job_.left_ = {0.0};
    return work_ == Duration{0.0};
  }
  void await_suspend(std::coroutine_handle<> handle) {
    suspended_ = true;
    job_.server_.start(job_, work_, handle);
  }
  Duration await_resume() {
    suspended_ = false;
    return job_.left_;
  }

 private:
  Job& job_;
  Duration work_;
  bool suspended_ = false;
};

inline Job::Use Job::use(Duration work) {
  return Use(*this, work);
}

}  // namespace sim
