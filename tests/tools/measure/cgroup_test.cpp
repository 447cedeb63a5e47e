// SPDX-License-Identifier: MIT
#include "tools/measure/cgroup.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tools/measure/keeper.hpp"

using measure::CgroupLayout;
using Version = measure::CgroupLayout::Version;

TEST_CASE("separate hierarchies of version 1 are found with the place of the process in each") {
  const CgroupLayout layout = measure::cgroup_layout(
      "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
      "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:7 - cgroup cgroup rw,cpu,cpuacct\n"
      "35 31 0:32 /pods /sys/fs/cgroup/mem\\040ory rw,relatime - cgroup cgroup rw,memory\n"
      "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n",
      "5:memory:/pods/a:b\n2:cpu,cpuacct:/x\n0::/\n");
  CHECK(layout.version == Version::v1);
  CHECK(layout.cpu == "/sys/fs/cgroup/cpu,cpuacct/x");
  CHECK(layout.cpuacct == layout.cpu);
  CHECK(layout.memory == "/sys/fs/cgroup/mem ory/a:b");
  CHECK(layout.cpuset.empty());
}

TEST_CASE("the unified hierarchy is one place for all controllers") {
  const CgroupLayout layout = measure::cgroup_layout(
      "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
      "0::/user.slice/user-1000.slice/session-2.scope\n");
  CHECK(layout.version == Version::v2);
  CHECK(layout.mount == "/sys/fs/cgroup");
  CHECK(layout.memory == "/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope");
  CHECK(layout.cpuset == layout.memory);
}

TEST_CASE("a process outside of what is mounted is at the mount") {
  const CgroupLayout layout = measure::cgroup_layout("30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/../other\n");
  CHECK(layout.cpu == "/sys/fs/cgroup");
}

TEST_CASE("without a cgroup mount there is no layout") {
  CHECK(measure::cgroup_layout("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "0::/\n").version == Version::none);
}

TEST_CASE("counters of version 2 come out in nanoseconds and bytes") {
  const measure::CgroupCounters counters = measure::parse_counters(Version::v2, {
      .cpu_stat = "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_periods 20\nnr_throttled 5\nthrottled_usec 70\n",
      .memory_stat = "anon 1000\nfile 200\nkernel 300\nkernel_stack 16\n",
      .memory_current = "1600\n",
      .memory_peak = "1700\n",
      .memory_events = "low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\n"});
  CHECK(counters.cpu == 1'500'000);
  CHECK(counters.periods == 20);
  CHECK(counters.throttled_periods == 5);
  CHECK(counters.throttled == 70'000);
  CHECK(counters.charge == 1600);
  CHECK(counters.charge_peak == 1700);
  CHECK(counters.kernel == 300);
  CHECK(counters.file == 200);
  CHECK(counters.oom_kills == 1);
}

TEST_CASE("counters of version 1 come out in the same units, and those without a file are absent") {
  const measure::CgroupCounters counters = measure::parse_counters(Version::v1, {
      .cpu_stat = "nr_periods 20\nnr_throttled 5\nthrottled_time 70\n",
      .cpu_usage = "1500\n",
      .memory_stat = "cache 1\ntotal_cache 200\n",
      .memory_current = "1600\n",
      .memory_kernel = "300\n",
      .memory_events = "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"});
  CHECK(counters.cpu == 1500);
  CHECK(counters.throttled == 70);
  CHECK(counters.kernel == 300);
  CHECK(counters.file == 200);
  CHECK(counters.oom_kills == 1);
  CHECK_FALSE(counters.charge_peak);
}

TEST_CASE("a quota is read in cores, and no quota is none") {
  CHECK(measure::parse_quota(Version::v2, "150000 100000\n", "")->value == 1.5);
  CHECK_FALSE(measure::parse_quota(Version::v2, "max 100000\n", ""));
  CHECK_FALSE(measure::parse_quota(Version::v2, "", ""));
  CHECK(measure::parse_quota(Version::v1, "25000\n", "50000\n")->value == 0.5);
  CHECK_FALSE(measure::parse_quota(Version::v1, "-1\n", "100000\n"));
}

TEST_CASE("a real group counts the CPU time of what runs in it, and is gone with its object") {
  std::vector<std::string> places;
  {
    measure::Cgroup group = measure::Cgroup::create();
    if (!group.missing().empty()) {
      MESSAGE("skipped: " << group.missing());
      return;
    }
    places = group.directories();
    REQUIRE_FALSE(places.empty());
    group.limit_cpu({0.5});
    group.limit_memory({64.0 * 1024 * 1024});
    const auto before = group.counters();
    measure::Keeper keeper({"exec sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'", {places}, {}});
    const auto limit = measure::monotonic_now() + 60'000'000'000;
    while (!keeper.empty() && measure::monotonic_now() < limit) measure::sleep_for(5'000'000);
    REQUIRE(keeper.empty());
    CHECK(keeper.wait_status() == 0);
    const auto after = group.counters();
    CHECK(*after.cpu - *before.cpu > 10'000'000);   // 200,000 turns of a shell's loop cannot cost less than 50 ns each
    CHECK(*after.charge_peak > 0);
    CHECK(*after.periods > 0);
  }
  for (const std::string& place : places) CHECK_FALSE(std::filesystem::exists(place));
}

TEST_CASE("a group that was attached to is neither emptied nor removed") {
  measure::Cgroup group = measure::Cgroup::create();
  if (group.directories().empty()) {
    MESSAGE("skipped: " << group.missing());
    return;
  }
  const measure::Keeper keeper({"exec sleep 60", group.directories(), {}});
  const auto limit = measure::monotonic_now() + 10'000'000'000;
  while (group.processes().empty() && measure::monotonic_now() < limit) measure::sleep_for(1'000'000);
  REQUIRE(group.processes().size() == 1);
  const pid_t inside = group.processes().front();
  {
    const measure::Cgroup by_path = measure::Cgroup::attach(group.directories().front());
    CHECK(by_path.processes() == std::vector<pid_t>{inside});
    const measure::Cgroup by_process = measure::Cgroup::attach(inside);
    CHECK(by_process.counts_cpu());
    CHECK(by_process.processes() == std::vector<pid_t>{inside});
  }
  CHECK(std::filesystem::exists(group.directories().front()));
  CHECK(group.processes().size() == 1);
}
