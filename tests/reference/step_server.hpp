// SPDX-License-Identifier: MIT
// The obvious shared server: walks from one change to the next, visits every period boundary, subtracts from
// every job what it got, and finds the max-min level by bisection. Same rules as
// sim/resource/shared_server.hpp, none of its methods (no virtual clocks, no heaps, no lazy books).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <vector>

#include "sim/resource/shared_server.hpp"

namespace reference {

inline constexpr double never = std::numeric_limits<double>::infinity();

// At `time`: start `job` with `work`; or tell the running job to end at `attained`; or take it away.
struct Command {
  enum class Kind { start, interrupt, remove } kind;
  double time;
  std::size_t job;
  double amount;
};

struct Ending {
  double time;
  double left;
};

class StepServer {
 public:
  StepServer(double cores, std::vector<double> scaling, std::vector<sim::GroupConfig> configs,
             std::vector<std::size_t> group_of_job)
      : cores_(cores), scaling_(std::move(scaling)), group_of_job_(std::move(group_of_job)) {
    for (const auto& config : configs) {
      const double quota = config.quota_cores * config.period.seconds;
      const double index = std::floor(-config.phase.seconds / config.period.seconds);
      groups_.push_back({.config = config, .budget = quota, .period = index});
    }
    endings.resize(group_of_job_.size());
  }

  std::vector<std::vector<Ending>> endings;  // by job: those of its bursts that ended

  double cpu_time(std::size_t group) const { return groups_[group].cpu_time; }
  double throttled_time(std::size_t group) const { return groups_[group].throttled_time; }
  int throttled_periods(std::size_t group) const { return groups_[group].throttled_periods; }

  void run(const std::vector<Command>& commands, double end) {
    std::size_t next = 0;
    while (now_ < end) {
      while (next < commands.size() && commands[next].time <= now_) obey(commands[next++]);
      settle();
      const std::vector<double> allocation = share();
      double busy = 0.0;
      for (const double each : allocation) busy += each;
      const double speed = busy > 0.0 ? throughput(busy) / busy : 1.0;
      double until = std::min(end, next < commands.size() ? commands[next].time : never);
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        until = std::min(until, boundary(groups_[g]));
        if (allocation[g] > 0.0) until = std::min(until, now_ + groups_[g].budget / allocation[g]);
      }
      for (const auto& [id, job] : running_) {
        const std::size_t g = group_of_job_[id];
        const double rate = allocation[g] / count(g) * speed;
        if (rate > 0.0) until = std::min(until, now_ + (std::min(job.work, job.target) - job.done) / rate);
      }
      const double step = std::max(0.0, until - now_);
      for (auto& [id, job] : running_) {
        const std::size_t g = group_of_job_[id];
        job.done += step * allocation[g] / count(g) * speed;
      }
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        groups_[g].cpu_time += step * allocation[g];
        groups_[g].budget -= step * allocation[g];
        if (groups_[g].throttled) groups_[g].throttled_time += step;
      }
      now_ = until;
    }
    settle();
  }

 private:
  struct Group {
    sim::GroupConfig config;
    double budget;
    double period;
    bool throttled = false;
    double cpu_time = 0.0;
    double throttled_time = 0.0;
    int throttled_periods = 0;
  };
  struct Running {
    double work;
    double done = 0.0;
    double target = never;
  };

  static double quota(const Group& group) { return group.config.quota_cores * group.config.period.seconds; }
  static double boundary(const Group& group) {
    return group.config.phase.seconds + (group.period + 1.0) * group.config.period.seconds;
  }

  double count(std::size_t group) const {
    double n = 0.0;
    for (const auto& [id, job] : running_) n += group_of_job_[id] == group ? 1.0 : 0.0;
    return n;
  }

  double demand(std::size_t g) const {
    return groups_[g].throttled ? 0.0 : std::min({count(g), cores_, groups_[g].config.max_cores});
  }

  double throughput(double busy) const {
    if (scaling_.empty() || busy <= 1.0) return busy;
    const double last = static_cast<double>(scaling_.size());
    if (busy >= last) return scaling_.back() * busy / last;
    const auto below = static_cast<std::size_t>(busy);
    return scaling_[below - 1] + (busy - std::floor(busy)) * (scaling_[below] - scaling_[below - 1]);
  }

  std::vector<double> share() const {
    std::vector<double> wanted(groups_.size());
    double total = 0.0;
    for (std::size_t g = 0; g < groups_.size(); ++g) total += wanted[g] = demand(g);
    if (total <= cores_) return wanted;
    double low = 0.0;
    double high = 0.0;
    for (std::size_t g = 0; g < groups_.size(); ++g)
      high = std::max(high, wanted[g] / groups_[g].config.weight);
    std::vector<double> shares(groups_.size());
    for (int i = 0; i < 200; ++i) {
      const double level = 0.5 * (low + high);
      double sum = 0.0;
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        shares[g] = std::min(wanted[g], level * groups_[g].config.weight);
        sum += shares[g];
      }
      (sum > cores_ ? high : low) = level;
    }
    return shares;
  }

  void obey(const Command& command) {
    if (command.kind == Command::Kind::start) {
      running_[command.job] = {.work = command.amount};
      return;
    }
    const auto found = running_.find(command.job);
    if (found == running_.end()) return;
    if (command.kind == Command::Kind::interrupt) {
      found->second.target = std::max(command.amount, found->second.done);
    } else {
      running_.erase(found);
    }
  }

  // Boundaries, endings and empty budgets at the present time.
  void settle() {
    const double rounding = 1e-11;
    for (Group& group : groups_) {
      while (boundary(group) <= now_ + 1e-13) {
        group.budget = quota(group) + std::clamp(group.budget, 0.0, group.config.burst.seconds);
        group.throttled = false;
        group.period += 1.0;
      }
    }
    for (auto at = running_.begin(); at != running_.end();) {
      const Running& job = at->second;
      const double goal = std::min(job.work, job.target);
      if (goal - job.done <= rounding && !groups_[group_of_job_[at->first]].throttled) {
        endings[at->first].push_back({now_, job.target < job.work ? job.work - job.target : 0.0});
        at = running_.erase(at);
      } else {
        ++at;
      }
    }
    const std::vector<double> allocation = share();
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      Group& group = groups_[g];
      if (group.throttled || allocation[g] <= 0.0 || group.budget > rounding) continue;
      if (allocation[g] * (boundary(group) - now_) <= 1e-9 * quota(group)) continue;
      group.throttled = true;
      ++group.throttled_periods;
    }
  }

  double cores_;
  std::vector<double> scaling_;
  std::vector<std::size_t> group_of_job_;
  std::vector<Group> groups_;
  std::map<std::size_t, Running> running_;
  double now_ = 0.0;
};

}  // namespace reference
