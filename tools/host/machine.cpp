// SPDX-License-Identifier: MIT
#include "tools/host/machine.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace host {
namespace {

// The value of the first line "key : value", or nothing.
std::string value_in(const char* file, std::string_view key) {
  std::ifstream stream(file);
  std::string line;
  while (std::getline(stream, line)) {
    if (!line.starts_with(key)) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t first = line.find_first_not_of(" \t", colon + 1);
    return first == std::string::npos ? std::string() : line.substr(first);
  }
  return {};
}

}  // namespace

std::string machine_description() {
  std::string processor = value_in("/proc/cpuinfo", "model name");
  if (processor.empty()) processor = "unknown processor";
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  const double bytes = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  return fmt::format("{}, {} core{}, {:.1f} GiB", processor, cores, cores == 1 ? "" : "s", bytes / (1024.0 * 1024.0 * 1024.0));
}

std::string system_description() {
  utsname name{};
  ::uname(&name);
  std::error_code none;
  const bool unified = std::filesystem::exists("/sys/fs/cgroup/cgroup.controllers", none);
  const bool legacy = std::filesystem::exists("/sys/fs/cgroup/cpu/cpu.cfs_period_us", none) ||
                      std::filesystem::exists("/sys/fs/cgroup/cpu", none);
  return fmt::format("{} {}, {}", name.sysname, name.release,
                     unified ? "cgroup v2" : legacy ? "cgroup v1" : "no cgroup to be seen");
}

std::string today() {
  const time_t now = ::time(nullptr);
  tm parts{};
  ::gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

models::Provenance provenance(std::string command) {
  models::Provenance made;
  made.command = std::move(command);
  made.date = today();
  made.machine = machine_description();
  made.operating_system = system_description();
  return made;
}

CoreTime parse_core_time(const std::string& stat) {
  std::istringstream words(stat);
  std::string label;
  CoreTime time;
  if (!(words >> label) || label != "cpu") return time;
  double ticks = 0.0;
  // user nice system idle iowait irq softirq steal; guest time after them is in user already (proc(5)).
  for (int column = 0; column < 8 && words >> ticks; ++column) {
    time.total += ticks;
    if (column != 3 && column != 4) time.busy += ticks;
    if (column == 7) time.steal = ticks;
  }
  return time;
}

double own_cpu_seconds() {
  double seconds = 0.0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    seconds += static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  }
  return seconds;
}

double Disturbance::steal() const {
  const CoreTime now = core_time();
  const double total = now.total - before_.total;
  return total > 0.0 ? (now.steal - before_.steal) / total : 0.0;
}

double Disturbance::others() const {
  const CoreTime now = core_time();
  const double total = now.total - before_.total;
  const double busy = now.busy - now.steal - before_.busy + before_.steal;
  return total > 0.0 ? (busy - (own_cpu_seconds() - own_before_)) / total : 0.0;
}

std::string Disturbance::remark() const {
  // Above this share of the cores' time the numbers are of another machine.
  constexpr double disturbing = 0.02;
  if (steal() > disturbing) {
    return fmt::format("the hypervisor took {:.1f} % of the cores' time: measure again when it is quiet", 100.0 * steal());
  }
  if (others() > disturbing) {
    return fmt::format("other programs used {:.0f} % of the cores' time: measure again when the machine is quiet",
                       100.0 * others());
  }
  return {};
}

CoreTime core_time() {
  std::ifstream stream("/proc/stat");
  std::string line;
  std::getline(stream, line);
  CoreTime time = parse_core_time(line);
  const auto ticks_a_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  time.busy /= ticks_a_second;
  time.steal /= ticks_a_second;
  time.total /= ticks_a_second;
  return time;
}

}  // namespace host
