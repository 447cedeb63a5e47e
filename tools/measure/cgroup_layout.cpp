// SPDX-License-Identifier: MIT
#include "tools/measure/cgroup_layout.hpp"

#include <optional>
#include <sstream>
#include <vector>

#include "tools/measure/kernel_text.hpp"

namespace measure {
namespace {

struct Mount {
  std::string root, point, type, options;
};

// Space, tab, newline and backslash stand as three octal digits.
std::string unescaped(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::vector<Mount> cgroup_mounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string skip;
    Mount mount;
    words >> skip >> skip >> skip >> mount.root >> mount.point;
    while (words >> skip && skip != "-") {}
    words >> mount.type >> skip >> mount.options;
    if (!words || (mount.type != "cgroup" && mount.type != "cgroup2")) continue;
    mount.root = unescaped(mount.root);
    mount.point = unescaped(mount.point);
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

bool lists(std::string_view options, std::string_view wanted) {
  for (std::size_t begin = 0; begin <= options.size();) {
    const std::size_t end = std::min(options.find(',', begin), options.size());
    if (options.substr(begin, end - begin) == wanted) return true;
    begin = end + 1;
  }
  return false;
}

// The path of the process in the hierarchy that lists `controller`; "" is the unified one.
std::optional<std::string> path_of(std::string_view proc_cgroup, std::string_view controller) {
  std::istringstream lines{std::string(proc_cgroup)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool unified = controllers.empty() && line.starts_with("0:");
    if (controller.empty() ? unified : lists(controllers, controller)) return line.substr(second + 1);
  }
  return std::nullopt;
}

// A mount may show only a part of its hierarchy; a path outside of it is only reachable as the mount itself.
std::string directory(const Mount& mount, const std::string& path) {
  std::string below = path;
  if (mount.root != "/") below = path.starts_with(mount.root) ? path.substr(mount.root.size()) : "";
  if (below == "/" || below.starts_with("/..")) below.clear();
  return mount.point + below;
}

}  // namespace

CgroupLayout cgroup_layout(std::string_view mountinfo, std::string_view proc_cgroup) {
  CgroupLayout layout;
  const std::vector<Mount> mounts = cgroup_mounts(mountinfo);
  const auto v1 = [&](std::string_view controller, std::string& place, std::string* point) {
    for (const Mount& mount : mounts) {
      if (mount.type != "cgroup" || !lists(mount.options, controller)) continue;
      if (const auto path = path_of(proc_cgroup, controller)) place = directory(mount, *path);
      if (point) *point = mount.point;
      return;
    }
  };
  v1("cpu", layout.cpu, nullptr);
  v1("cpuacct", layout.cpuacct, &layout.cpuacct_mount);
  v1("memory", layout.memory, nullptr);
  v1("cpuset", layout.cpuset, nullptr);
  if (!layout.cpu.empty() || !layout.cpuacct.empty() || !layout.memory.empty()) {
    layout.version = CgroupLayout::Version::v1;
    return layout;
  }
  for (const Mount& mount : mounts) {
    if (mount.type != "cgroup2") continue;
    if (const auto path = path_of(proc_cgroup, "")) {
      layout = {};
      layout.version = CgroupLayout::Version::v2;
      layout.mount = mount.point;
      layout.cpu = layout.cpuacct = layout.memory = layout.cpuset = directory(mount, *path);
      return layout;
    }
  }
  return {};
}

CgroupLayout cgroup_layout_of(const std::string& process) {
  const auto mountinfo = read_text("/proc/self/mountinfo");
  const auto groups = read_text("/proc/" + process + "/cgroup");
  return mountinfo && groups ? cgroup_layout(*mountinfo, *groups) : CgroupLayout{};
}

}  // namespace measure
