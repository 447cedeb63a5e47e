// SPDX-License-Identifier: MIT
// A cgroup for one server: its limits, and what it has used. Version 2, version 1 (separate hierarchies), or none
// where there is no permission; then `missing()` says why, and callers account through /proc instead.
// A group that was created here is emptied and removed with its object; one that was attached to is left alone.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/fields/quantity.hpp"
#include "tools/measure/cgroup_layout.hpp"
#include "tools/measure/monotonic.hpp"

namespace measure {

// Absent: this machine does not count it.
struct CgroupCounters {
  std::optional<Nanoseconds> cpu;
  std::optional<std::int64_t> periods, throttled_periods;
  std::optional<Nanoseconds> throttled;
  std::optional<std::int64_t> charge, charge_peak, kernel, file;   // bytes
  std::optional<std::int64_t> oom_kills;
};

// What the files of a group say; version 1 keeps them in three directories.
struct CgroupTexts {
  std::string cpu_stat{}, cpu_usage{}, memory_stat{}, memory_current{}, memory_peak{}, memory_kernel{}, memory_events{};
};
CgroupCounters parse_counters(CgroupLayout::Version version, const CgroupTexts& texts);

class Cgroup {
 public:
  // Below the group of this process where that is allowed, else further up (version 2: a group that holds processes
  // cannot pass controllers on).
  static Cgroup create();
  static Cgroup attach(const std::string& path);   // absolute, or below the mount
  static Cgroup attach(pid_t process);

  ~Cgroup();
  Cgroup(Cgroup&& other) noexcept;
  Cgroup& operator=(Cgroup&&) = delete;

  CgroupLayout::Version version() const { return layout_.version; }
  bool counts_cpu() const { return !layout_.cpuacct.empty(); }
  bool counts_memory() const { return !layout_.memory.empty(); }
  const std::string& missing() const { return missing_; }   // empty: nothing is

  // They throw MeasurementError where the limit cannot be set: a run without it would be another configuration.
  void limit_cpu(models::Cores quota);   // per 100 ms
  void limit_memory(models::Bytes limit);
  void restrict_to(const std::vector<int>& cores);

  CgroupCounters counters() const;
  std::vector<pid_t> processes() const;  // those of groups below it included, ascending

  std::vector<std::string> directories() const;   // one, or one per hierarchy; none without a group

 private:
  Cgroup(CgroupLayout layout, bool owned) : layout_(std::move(layout)), owned_(owned) {}
  static Cgroup create_v1(const CgroupLayout& own);
  static Cgroup create_v2(const CgroupLayout& own);

  CgroupLayout layout_;      // of the group itself
  bool owned_;
  std::string missing_;
};

// What cpu.max says, or cpu.cfs_quota_us and cpu.cfs_period_us; nothing without a quota.
std::optional<models::Cores> parse_quota(CgroupLayout::Version version, std::string_view quota,
                                         std::string_view period);

// The smallest quota of the group of this process and of those above it, as far as they can be seen from
// here.
std::optional<models::Cores> quota_around_us();

// Kills what is in the directories and removes them; bounded. False: something is left.
bool remove_groups(const std::vector<std::string>& directories);

}  // namespace measure
