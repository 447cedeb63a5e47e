// SPDX-License-Identifier: MIT
#include "tools/measure/cgroup.hpp"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "tools/measure/kernel_text.hpp"
#include "tools/measure/measurement_error.hpp"

namespace measure {
namespace {

using Version = CgroupLayout::Version;

constexpr std::int64_t period_us = 100'000;
constexpr int names_tried = 1000;

// A name that nobody has: mkdir is atomic.
std::string make_unique_directory(const std::string& parent) {
  for (int number = 1; number <= names_tried; ++number) {
    std::string path = fmt::format("{}/forkcast-{}-{}", parent, ::getpid(), number);
    if (::mkdir(path.c_str(), 0755) == 0) return path;
    if (errno != EEXIST) return {};
  }
  errno = EEXIST;
  return {};
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::vector<std::string> groups_below(const std::string& path) {
  std::vector<std::string> below;
  DIR* listing = ::opendir(path.c_str());
  if (!listing) return below;
  while (const dirent* entry = ::readdir(listing)) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') below.push_back(path + "/" + entry->d_name);
  }
  ::closedir(listing);
  std::sort(below.begin(), below.end());
  return below;
}

void collect_processes(const std::string& path, std::vector<pid_t>& processes) {
  std::istringstream lines(read_text(path + "/cgroup.procs").value_or(""));
  for (pid_t process = 0; lines >> process;) processes.push_back(process);
  for (const std::string& below : groups_below(path)) collect_processes(below, processes);
}

void require(bool done, std::string_view what, const std::string& path) {
  if (!done) throw MeasurementError(fmt::format("cannot set the {} of {}: {}", what, path, std::strerror(errno)));
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// The root of the machine may hold processes and pass controllers on, all other groups only one of both.
bool holds_processes(const std::string& path) {
  return exists(path + "/cgroup.type") && !read_text(path + "/cgroup.procs").value_or("").empty();
}

}  // namespace

CgroupCounters parse_counters(Version version, const CgroupTexts& texts) {
  CgroupCounters counters;
  const auto scaled = [](std::optional<std::int64_t> value, std::int64_t factor) {
    if (value) *value *= factor;
    return value;
  };
  counters.periods = number_after(texts.cpu_stat, "nr_periods");
  counters.throttled_periods = number_after(texts.cpu_stat, "nr_throttled");
  counters.charge = first_number(texts.memory_current);
  counters.charge_peak = first_number(texts.memory_peak);
  counters.oom_kills = number_after(texts.memory_events, "oom_kill");
  if (version == Version::v2) {
    counters.cpu = scaled(number_after(texts.cpu_stat, "usage_usec"), 1000);
    counters.throttled = scaled(number_after(texts.cpu_stat, "throttled_usec"), 1000);
    counters.kernel = number_after(texts.memory_stat, "kernel");
    counters.file = number_after(texts.memory_stat, "file");
  } else {
    counters.cpu = first_number(texts.cpu_usage);
    counters.throttled = number_after(texts.cpu_stat, "throttled_time");
    counters.kernel = first_number(texts.memory_kernel);
    counters.file = number_after(texts.memory_stat, "total_cache");
  }
  return counters;
}

Cgroup Cgroup::create() {
  const CgroupLayout own = cgroup_layout_of("self");
  if (own.version == Version::v1) return create_v1(own);
  if (own.version == Version::v2) return create_v2(own);
  Cgroup none(CgroupLayout{}, false);
  none.missing_ = "no cgroup hierarchy is mounted: CPU time is summed over processes, limits cannot be set";
  return none;
}

Cgroup Cgroup::create_v1(const CgroupLayout& own) {
  Cgroup group({}, true);
  group.layout_.version = Version::v1;
  group.layout_.cpuacct_mount = own.cpuacct_mount;
  const auto add = [&](std::string_view controller, const std::string& parent, std::string& place,
                       const std::string& shared_parent, const std::string& shared_place) {
    // cpu and cpuacct are often one hierarchy under two names.
    if (!parent.empty() && parent == shared_parent && !shared_place.empty()) {
      place = shared_place;
      return;
    }
    if (!parent.empty()) place = make_unique_directory(parent);
    if (!place.empty()) return;
    group.missing_ += fmt::format("{}{}: {}", group.missing_.empty() ? "no cgroup of its own for " : "; ", controller,
                                  parent.empty() ? "not mounted" : std::strerror(errno));
  };
  add("cpuacct", own.cpuacct, group.layout_.cpuacct, "", "");
  add("cpu", own.cpu, group.layout_.cpu, own.cpuacct, group.layout_.cpuacct);
  add("memory", own.memory, group.layout_.memory, "", "");
  add("cpuset", own.cpuset, group.layout_.cpuset, "", "");
  if (!group.layout_.cpuset.empty()) {
    // A new cpuset is empty, and nobody can join it until both are set.
    for (const char* file : {"/cpuset.mems", "/cpuset.cpus"}) {
      write_text(group.layout_.cpuset + file, read_text(own.cpuset + file).value_or(""));
    }
  }
  if (!group.missing_.empty()) group.missing_ += " (run as root, or in a group that you own)";
  if (group.directories().empty()) group.layout_ = {};
  return group;
}

Cgroup Cgroup::create_v2(const CgroupLayout& own) {
  std::string reason;
  std::string made;
  for (std::string parent = own.cpu;; parent = parent_of(parent)) {
    // Controllers of threads could be passed on beside processes, but would change the group's type: it is left alone.
    const bool passes = !holds_processes(parent);
    if (passes) {
      for (const char* controller : {"+memory", "+cpu", "+cpuset"}) {
        write_text(parent + "/cgroup.subtree_control", controller);  // what counts is what the new group then has
      }
    }
    const std::string path = make_unique_directory(parent);
    if (!path.empty() && exists(path + "/cpu.max") && exists(path + "/memory.max") &&
        ::access((path + "/cgroup.procs").c_str(), W_OK) == 0) {
      made = path;
      break;
    }
    if (reason.empty()) {
      reason = path.empty() ? std::strerror(errno)
               : passes     ? "its controllers are not delegated"
                        : "processes are in it: no controllers can be passed on until they are moved into a "
                          "group below it";
    }
    if (!path.empty()) ::rmdir(path.c_str());
    if (parent == own.mount || parent.size() <= own.mount.size()) break;
  }
  Cgroup group({}, true);
  if (made.empty()) {
    group.missing_ = fmt::format(
        "no cgroup of its own below {} ({}): CPU time is summed over processes, limits cannot be set; "
        "`systemd-run --user --scope -p Delegate=yes forkcast ...` or root helps", own.cpu, reason);
    return group;
  }
  group.layout_.version = Version::v2;
  group.layout_.mount = own.mount;
  group.layout_.cpu = group.layout_.cpuacct = group.layout_.memory = group.layout_.cpuset = made;
  return group;
}

Cgroup Cgroup::attach(const std::string& path) {
  // The roots of all hierarchies: where a process in every root group would be.
  CgroupLayout layout = cgroup_layout(read_text("/proc/self/mountinfo").value_or(""),
                                      "1:cpu:/\n2:cpuacct:/\n3:memory:/\n4:cpuset:/\n0::/\n");
  std::string below = path;
  for (const std::string& root : {layout.cpuacct, layout.cpu, layout.memory, layout.cpuset}) {
    if (!root.empty() && path.starts_with(root + "/")) below = path.substr(root.size());
  }
  if (!below.starts_with("/")) below.insert(below.begin(), '/');
  for (std::string* place : {&layout.cpu, &layout.cpuacct, &layout.memory, &layout.cpuset}) {
    if (place->empty()) continue;
    *place += below;
    if (!exists(*place + "/cgroup.procs")) place->clear();
  }
  Cgroup group(layout, false);
  if (group.directories().empty()) throw MeasurementError(fmt::format("there is no cgroup {}", path));
  return group;
}

Cgroup Cgroup::attach(pid_t process) {
  if (::kill(process, 0) != 0 && errno == ESRCH) throw MeasurementError(fmt::format("there is no process {}", process));
  CgroupLayout layout = cgroup_layout_of(std::to_string(process));
  const CgroupLayout own = cgroup_layout_of("self");
  // What forkcast is charged to as well, itself or in a group below, says nothing about the server.
  const auto drop_shared = [](std::string& place, const std::string& ours) {
    if (place == ours || ours.starts_with(place + "/")) place.clear();
  };
  drop_shared(layout.cpu, own.cpu);
  drop_shared(layout.cpuacct, own.cpuacct);
  drop_shared(layout.memory, own.memory);
  drop_shared(layout.cpuset, own.cpuset);
  Cgroup group(layout, false);
  if (layout.version == Version::none) {
    group.missing_ = "no cgroups are mounted here: CPU time is summed over processes";
  } else if (layout.cpuacct.empty()) {
    group.missing_ = fmt::format(
        "the cgroup of process {} holds forkcast, too: CPU time is summed over processes", process);
  }
  return group;
}

Cgroup::~Cgroup() {
  if (owned_) remove_groups(directories());
}

Cgroup::Cgroup(Cgroup&& other) noexcept
    : layout_(std::exchange(other.layout_, {})),
      owned_(std::exchange(other.owned_, false)),
      missing_(std::move(other.missing_)) {}

void Cgroup::limit_cpu(models::Cores quota) {
  if (layout_.cpu.empty()) throw MeasurementError("a CPU quota cannot be set: " + missing_);
  const std::int64_t quota_us = std::llround(quota.value * static_cast<double>(period_us));
  if (layout_.version == Version::v2) {
    require(write_text(layout_.cpu + "/cpu.max", fmt::format("{} {}", quota_us, period_us)), "CPU quota", layout_.cpu);
  } else {
    require(write_text(layout_.cpu + "/cpu.cfs_period_us", std::to_string(period_us)) &&
                write_text(layout_.cpu + "/cpu.cfs_quota_us", std::to_string(quota_us)), "CPU quota", layout_.cpu);
  }
}

void Cgroup::limit_memory(models::Bytes limit) {
  if (layout_.memory.empty()) throw MeasurementError("a memory limit cannot be set: " + missing_);
  const std::string bytes = std::to_string(std::llround(limit.value));
  if (layout_.version == Version::v2) {
    require(write_text(layout_.memory + "/memory.max", bytes), "memory limit", layout_.memory);
    // A limit on memory that may flow into swap is none.
    if (exists(layout_.memory + "/memory.swap.max")) write_text(layout_.memory + "/memory.swap.max", "0");
  } else {
    require(write_text(layout_.memory + "/memory.limit_in_bytes", bytes), "memory limit", layout_.memory);
    if (exists(layout_.memory + "/memory.memsw.limit_in_bytes")) {
      write_text(layout_.memory + "/memory.memsw.limit_in_bytes", bytes);
    }
  }
}

void Cgroup::restrict_to(const std::vector<int>& cores) {
  if (layout_.cpuset.empty() || !exists(layout_.cpuset + "/cpuset.cpus")) return;   // affinity does it as well
  require(write_text(layout_.cpuset + "/cpuset.cpus", fmt::format("{}", fmt::join(cores, ","))), "cores", layout_.cpuset);
}

CgroupCounters Cgroup::counters() const {
  CgroupTexts texts;
  const auto read = [](const std::string& directory, const char* file) {
    return directory.empty() ? std::string() : read_text(directory + file).value_or("");
  };
  texts.cpu_stat = read(layout_.cpu, "/cpu.stat");
  texts.memory_stat = read(layout_.memory, "/memory.stat");
  if (layout_.version == Version::v2) {
    texts.memory_current = read(layout_.memory, "/memory.current");
    texts.memory_peak = read(layout_.memory, "/memory.peak");
    texts.memory_events = read(layout_.memory, "/memory.events");
  } else {
    texts.cpu_usage = read(layout_.cpuacct, "/cpuacct.usage");
    texts.memory_current = read(layout_.memory, "/memory.usage_in_bytes");
    texts.memory_peak = read(layout_.memory, "/memory.max_usage_in_bytes");
    texts.memory_kernel = read(layout_.memory, "/memory.kmem.usage_in_bytes");
    texts.memory_events = read(layout_.memory, "/memory.oom_control");
  }
  return parse_counters(layout_.version, texts);
}

std::vector<pid_t> Cgroup::processes() const {
  std::vector<pid_t> processes;
  const std::vector<std::string> places = directories();
  if (!places.empty()) collect_processes(places.front(), processes);
  std::sort(processes.begin(), processes.end());
  return processes;
}

std::vector<std::string> Cgroup::directories() const {
  std::vector<std::string> places;
  for (const std::string& place : {layout_.cpuacct, layout_.cpu, layout_.memory, layout_.cpuset}) {
    if (!place.empty() && std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }
  return places;
}

std::optional<models::Cores> parse_quota(Version version, std::string_view quota, std::string_view period) {
  if (version == Version::v2) period = quota.substr(std::min(quota.find(' '), quota.size()));
  const auto used = first_number(quota);  // none in "max 100000"
  const auto of = first_number(period);
  if (!used || !of || *used <= 0 || *of <= 0) return std::nullopt;
  return models::Cores{static_cast<double>(*used) / static_cast<double>(*of)};
}

std::optional<models::Cores> quota_around_us() {
  const CgroupLayout own = cgroup_layout_of("self");
  const bool unified = own.version == Version::v2;
  std::optional<models::Cores> least;
  for (std::string place = own.cpu; !place.empty() && exists(place + "/cgroup.procs");
       place = parent_of(place)) {
    const auto quota =
        parse_quota(own.version, read_text(place + (unified ? "/cpu.max" : "/cpu.cfs_quota_us")).value_or(""),
                    read_text(place + "/cpu.cfs_period_us").value_or(""));
    if (quota && (!least || quota->value < least->value)) least = quota;
  }
  return least;
}

bool remove_groups(const std::vector<std::string>& directories) {
  constexpr int attempts = 400;
  constexpr Nanoseconds pause = 5'000'000;
  bool removed = true;
  for (const std::string& place : directories) {
    bool gone = false;
    for (int attempt = 0; attempt < attempts && !gone; ++attempt) {
      if (::rmdir(place.c_str()) == 0 || errno == ENOENT) {
        gone = true;
        break;
      }
      std::vector<pid_t> inside;
      collect_processes(place, inside);
      for (const pid_t process : inside) {
        if (process > 1 && process != ::getpid()) ::kill(process, SIGKILL);
      }
      for (const std::string& below : groups_below(place)) ::rmdir(below.c_str());
      sleep_for(pause);
    }
    removed = removed && gone;
  }
  return removed;
}

}  // namespace measure
