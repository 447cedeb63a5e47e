// SPDX-License-Identifier: MIT
// Where cgroup controllers are mounted, and the directory of one process in each of them. Read from the texts of
// /proc/PID/mountinfo and /proc/PID/cgroup (cgroups(7), proc(5)).
#pragma once

#include <string>
#include <string_view>

namespace measure {

struct CgroupLayout {
  enum class Version { none, v1, v2 };

  Version version = Version::none;
  // The process's directory; v2: all four are the same. Empty: that controller is not mounted.
  std::string cpu, cpuacct, memory, cpuset;
  std::string mount;         // v2: root of the hierarchy as seen from here
  std::string cpuacct_mount; // v1: whose usage is that of every process on the machine

  bool operator==(const CgroupLayout&) const = default;
};

CgroupLayout cgroup_layout(std::string_view mountinfo, std::string_view proc_cgroup);

// Of a living process; "self" for our own. Layout::none where /proc does not say.
CgroupLayout cgroup_layout_of(const std::string& process);

}  // namespace measure
