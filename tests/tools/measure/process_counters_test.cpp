// SPDX-License-Identifier: MIT
#include "tools/measure/process_counters.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "tools/measure/kernel_text.hpp"

using measure::ProcessSnapshot;

TEST_CASE("the sums over smaps_rollup are in bytes, with private pages as the unique set") {
  models::MemoryReading sum;
  const char* text =
      "55f3c9ab8000-7fff74042000 ---p 00000000 00:00 0                          [rollup]\n"
      "Rss:                1740 kB\nPss:                 249 kB\nPss_Dirty:           112 kB\nPss_Anon:            111 kB\n"
      "Shared_Clean:       1592 kB\nPrivate_Clean:        36 kB\nPrivate_Dirty:       100 kB\nSwapPss:               7 kB\n";
  measure::add_smaps_rollup(text, sum);
  measure::add_smaps_rollup(text, sum);
  CHECK(sum.rss.value == 2 * 1740 * 1024);
  CHECK(sum.pss.value == 2 * 249 * 1024);
  CHECK(sum.pss_anonymous.value == 2 * 111 * 1024);
  CHECK(sum.uss.value == 2 * 136 * 1024);
}

TEST_CASE("a key is a whole word at the start of its line") {
  CHECK(measure::number_after("oom_kill_disable 7\nxoom_kill 8\noom_kill 9\n", "oom_kill") == 9);
  CHECK_FALSE(measure::number_after("oom_kill_disable 7\n", "oom_kill"));
  CHECK_FALSE(measure::first_number("max\n"));
}

TEST_CASE("switches are differences per thread: new threads count from 0, ended ones are lost") {
  const auto switches = measure::switches_between({{1, 10, 1}, {2, 100, 50}, {4, 5, 5}}, {{1, 15, 2}, {3, 7, 0}, {4, 6, 8}});
  CHECK(switches.voluntary == 5 + 7 + 1);
  CHECK(switches.involuntary == 1 + 0 + 3);
}

TEST_CASE("shares are of the leaves of the process tree that used most") {
  // 1 is the master of 2, 3 and of the idle helper 4.
  const std::vector<ProcessSnapshot> before = {{1, 0, 1000, 1}, {2, 1, 0, 1}, {3, 1, 100, 1}, {4, 1, 10, 1}};
  const std::vector<ProcessSnapshot> after = {{1, 0, 9000, 1}, {2, 1, 100, 1}, {3, 1, 400, 1}, {4, 1, 10, 1}};
  CHECK(measure::worker_shares(before, after, 2) == std::vector<double>{0.75, 0.25});
  CHECK(measure::worker_shares(before, after, 3) == std::vector<double>{0.75, 0.25, 0.0});
  CHECK(measure::worker_shares(before, before, 2).empty());
  CHECK(measure::leaves(after) == 3);
}

TEST_CASE("the machine's first line tells work from interrupts, waiting and theft") {
  const auto machine = measure::parse_machine("cpu  100 20 30 4000 5 6 7 8 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n", 100);
  CHECK(machine.busy == 1'500'000'000);
  CHECK(machine.steal == 80'000'000);
}

TEST_CASE("where only some cores may be used, only they are looked at") {
  const auto machine = measure::parse_machine(
      "cpu  9 9 9 9 9 9 9 9\ncpu0 1 0 0 4 0 0 0 1\ncpu1 2 3 0 4 0 0 0 2\ncpu12 50 0 0 0 0 0 0 0\n", 100,
      {0, 1});
  CHECK(machine.busy == 60'000'000);
  CHECK(machine.steal == 30'000'000);
}

TEST_CASE("a group's use of a core is told from that of the others") {
  CHECK(measure::parse_core_usage("10 200 3000 0 \n", {0, 2}) == 3010);
  CHECK(measure::parse_core_usage("", {0}) == 0);
}

TEST_CASE("this process is seen with its CPU time and threads") {
  const auto self = measure::read_processes({::getpid()});
  REQUIRE(self.size() == 1);
  CHECK(self[0].parent == ::getppid());
  CHECK(self[0].threads >= 1);
  CHECK(self[0].cpu <= measure::read_clock(CLOCK_PROCESS_CPUTIME_ID));
  const auto memory = measure::read_memory({::getpid()});
  CHECK(memory.processes == 1);
  CHECK(memory.uss.value <= memory.pss.value);
  CHECK(memory.pss.value <= memory.rss.value);
}
