// SPDX-License-Identifier: MIT
#include "tools/measure/process_counters.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "tools/measure/cgroup_layout.hpp"
#include "tools/measure/cores.hpp"
#include "tools/measure/kernel_text.hpp"

namespace measure {
namespace {

std::vector<pid_t> numbered_entries(const std::string& path) {
  std::vector<pid_t> numbers;
  DIR* listing = ::opendir(path.c_str());
  if (!listing) return numbers;
  while (const dirent* entry = ::readdir(listing)) {
    const std::string_view name = entry->d_name;
    pid_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc{} && end == name.data() + name.size()) numbers.push_back(number);
  }
  ::closedir(listing);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// The words of /proc/PID/stat behind the name, which may hold blanks and parentheses: [0] is the state.
std::vector<std::string> stat_words(pid_t process) {
  const std::string text = read_text(fmt::format("/proc/{}/stat", process)).value_or("");
  const std::size_t end_of_name = text.rfind(')');
  std::vector<std::string> words;
  if (end_of_name == std::string::npos) return words;
  std::istringstream rest(text.substr(end_of_name + 1));
  for (std::string word; rest >> word;) words.push_back(word);
  return words;
}

constexpr std::size_t stat_parent = 1;
constexpr std::size_t stat_children_user = 13;
constexpr std::size_t stat_children_system = 14;
constexpr std::size_t stat_threads = 17;

Nanoseconds from_ticks(std::int64_t ticks, std::int64_t per_second) { return ticks * (1'000'000'000 / per_second); }

}  // namespace

std::vector<pid_t> descendants(pid_t ancestor) {
  std::multimap<pid_t, pid_t> children;
  for (const pid_t process : numbered_entries("/proc")) {
    const std::vector<std::string> words = stat_words(process);
    if (words.size() > stat_parent && words[0] != "Z") children.emplace(std::stoi(words[stat_parent]), process);
  }
  std::vector<pid_t> found;
  std::vector<pid_t> open{ancestor};
  while (!open.empty()) {
    const auto [first, last] = children.equal_range(open.back());
    open.pop_back();
    for (auto child = first; child != last; ++child) {
      found.push_back(child->second);
      open.push_back(child->second);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

pid_t parent_of(pid_t process) {
  const std::vector<std::string> words = stat_words(process);
  return words.size() > stat_parent ? std::stoi(words[stat_parent]) : 0;
}

std::vector<ProcessSnapshot> read_processes(const std::vector<pid_t>& processes) {
  std::vector<ProcessSnapshot> snapshots;
  for (const pid_t process : processes) {
    const std::vector<std::string> words = stat_words(process);
    clockid_t clock{};
    if (words.size() <= stat_threads || words[0] == "Z" || ::clock_getcpuclockid(process, &clock) != 0) continue;
    snapshots.push_back({process, std::stoi(words[stat_parent]), read_clock(clock), std::stoll(words[stat_threads])});
  }
  return snapshots;
}

std::vector<ThreadSnapshot> read_threads(const std::vector<pid_t>& processes) {
  std::vector<ThreadSnapshot> snapshots;
  for (const pid_t process : processes) {
    const std::string tasks = fmt::format("/proc/{}/task", process);
    for (const pid_t thread : numbered_entries(tasks)) {
      const auto status = read_text(fmt::format("{}/{}/status", tasks, thread));
      if (!status) continue;
      snapshots.push_back({thread, number_after(*status, "voluntary_ctxt_switches:").value_or(0),
                           number_after(*status, "nonvoluntary_ctxt_switches:").value_or(0)});
    }
  }
  std::sort(snapshots.begin(), snapshots.end(),
            [](const ThreadSnapshot& a, const ThreadSnapshot& b) { return a.thread < b.thread; });
  return snapshots;
}

Switches switches_between(const std::vector<ThreadSnapshot>& before, const std::vector<ThreadSnapshot>& after) {
  Switches switches;
  auto earlier = before.begin();
  for (const ThreadSnapshot& now : after) {
    while (earlier != before.end() && earlier->thread < now.thread) ++earlier;
    const bool known = earlier != before.end() && earlier->thread == now.thread && earlier->voluntary <= now.voluntary;
    switches.voluntary += now.voluntary - (known ? earlier->voluntary : 0);
    switches.involuntary += now.involuntary - (known ? earlier->involuntary : 0);
  }
  return switches;
}

namespace {

std::vector<const ProcessSnapshot*> leaf_processes(const std::vector<ProcessSnapshot>& processes) {
  std::vector<const ProcessSnapshot*> found;
  for (const ProcessSnapshot& process : processes) {
    const bool has_child = std::any_of(processes.begin(), processes.end(),
                                       [&](const ProcessSnapshot& other) { return other.parent == process.process; });
    if (!has_child) found.push_back(&process);
  }
  return found;
}

}  // namespace

models::Count leaves(const std::vector<ProcessSnapshot>& processes) {
  return static_cast<models::Count>(leaf_processes(processes).size());
}

std::vector<double> worker_shares(const std::vector<ProcessSnapshot>& before,
                                  const std::vector<ProcessSnapshot>& after, models::Count workers) {
  std::vector<double> used;
  double total = 0.0;
  for (const ProcessSnapshot* leaf : leaf_processes(after)) {
    const auto earlier = std::find_if(before.begin(), before.end(),
                                      [&](const ProcessSnapshot& other) { return other.process == leaf->process; });
    used.push_back(static_cast<double>(leaf->cpu - (earlier == before.end() ? 0 : earlier->cpu)));
  }
  std::sort(used.begin(), used.end(), std::greater<>());
  if (used.size() > static_cast<std::size_t>(workers)) used.resize(static_cast<std::size_t>(workers));
  for (const double cpu : used) total += cpu;
  if (total <= 0.0) return {};
  for (double& cpu : used) cpu /= total;
  return used;
}

Nanoseconds reaped_cpu(pid_t process) {
  const std::vector<std::string> words = stat_words(process);
  if (words.size() <= stat_children_system) return 0;
  return from_ticks(std::stoll(words[stat_children_user]) + std::stoll(words[stat_children_system]), ::sysconf(_SC_CLK_TCK));
}

void add_smaps_rollup(std::string_view text, models::MemoryReading& sum) {
  constexpr double kibibyte = 1024.0;
  const auto bytes = [&](std::string_view key) {
    return models::Bytes{kibibyte * static_cast<double>(number_after(text, key).value_or(0))};
  };
  sum.rss += bytes("Rss:");
  sum.pss += bytes("Pss:");
  sum.uss += bytes("Private_Clean:") + bytes("Private_Dirty:");
  sum.pss_anonymous += bytes("Pss_Anon:");
}

models::MemoryReading read_memory(const std::vector<pid_t>& processes) {
  models::MemoryReading sum;
  for (const pid_t process : processes) {
    const auto text = read_text(fmt::format("/proc/{}/smaps_rollup", process));
    if (!text || text->empty()) continue;
    add_smaps_rollup(*text, sum);
    ++sum.processes;
    sum.threads += static_cast<models::Count>(numbered_entries(fmt::format("/proc/{}/task", process)).size());
  }
  return sum;
}

MachineCounters parse_machine(std::string_view proc_stat, std::int64_t ticks_per_second,
                              const std::vector<int>& cores) {
  std::set<std::string> wanted;
  for (const int core : cores) wanted.insert(fmt::format("cpu{}", core));
  if (wanted.empty()) wanted.insert("cpu");
  MachineCounters counters;
  std::istringstream lines{std::string(proc_stat)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (!wanted.contains(name)) continue;
    std::int64_t user = 0, nice = 0, system = 0, idle = 0, io_wait = 0, interrupt = 0, soft_interrupt = 0,
                 steal = 0;
    words >> user >> nice >> system >> idle >> io_wait >> interrupt >> soft_interrupt >> steal;
    counters.busy += from_ticks(user + nice + system, ticks_per_second);
    counters.steal += from_ticks(steal, ticks_per_second);
  }
  return counters;
}

Nanoseconds parse_core_usage(std::string_view usage_percpu, const std::vector<int>& cores) {
  std::istringstream numbers{std::string(usage_percpu)};
  Nanoseconds sum = 0;
  int core = 0;
  for (Nanoseconds used = 0; numbers >> used; ++core) {
    if (std::find(cores.begin(), cores.end(), core) != cores.end()) sum += used;
  }
  return sum;
}

MachineCounters read_machine() {
  const std::vector<int> cores = allowed_cores();
  const bool all = static_cast<long>(cores.size()) >= ::sysconf(_SC_NPROCESSORS_ONLN);
  MachineCounters counters = parse_machine(read_text("/proc/stat").value_or(""), ::sysconf(_SC_CLK_TCK),
                                           all ? std::vector<int>{} : cores);
  // The root of cpuacct counts all tasks in nanoseconds, where ticks are a sample. In a container the mount may be a
  // part of the tree that looks like its root: then it has counted less than the machine since it started.
  const CgroupLayout own = cgroup_layout_of("self");
  if (!own.cpuacct_mount.empty()) {
    const auto usage = read_text(own.cpuacct_mount + "/cpuacct.usage_percpu");
    const Nanoseconds exact = parse_core_usage(usage.value_or(""), cores);
    if (static_cast<double>(exact) > 0.8 * static_cast<double>(counters.busy)) counters.busy = exact;
  }
  counters.at = monotonic_now();
  return counters;
}

}  // namespace measure
