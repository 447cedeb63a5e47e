// SPDX-License-Identifier: MIT
// What /proc says about the processes of a server and about the machine. Sums and differences are the caller's:
// a process that ends between two snapshots takes its counters with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "tools/measure/monotonic.hpp"

namespace measure {

struct ProcessSnapshot {
  pid_t process = 0;
  pid_t parent = 0;
  Nanoseconds cpu = 0;            // of all its threads, ended ones included
  models::Count threads = 0;
};

struct ThreadSnapshot {
  pid_t thread = 0;
  std::int64_t voluntary = 0;
  std::int64_t involuntary = 0;
};

struct Switches {
  std::int64_t voluntary = 0;
  std::int64_t involuntary = 0;
};

// Every process below `ancestor`, itself excluded, ascending.
std::vector<pid_t> descendants(pid_t ancestor);

pid_t parent_of(pid_t process);  // 0: there is none, or no such process

std::vector<ProcessSnapshot> read_processes(const std::vector<pid_t>& processes);
std::vector<ThreadSnapshot> read_threads(const std::vector<pid_t>& processes);   // ascending by thread

// Switches between two snapshots; threads that ended between them are lost, new ones count from zero.
Switches switches_between(const std::vector<ThreadSnapshot>& before, const std::vector<ThreadSnapshot>& after);

// CPU that each worker used between two snapshots as a share of all workers', descending. Workers are the leaves of
// the process tree; of more leaves than `workers` those that used most (helpers of a runtime are leaves too).
std::vector<double> worker_shares(const std::vector<ProcessSnapshot>& before,
                                  const std::vector<ProcessSnapshot>& after, models::Count workers);

models::Count leaves(const std::vector<ProcessSnapshot>& processes);

// CPU time of children that have ended and were waited for by `process`, in the kernel's ticks.
Nanoseconds reaped_cpu(pid_t process);

void add_smaps_rollup(std::string_view text, models::MemoryReading& sum);
models::MemoryReading read_memory(const std::vector<pid_t>& processes);

// Of the cores that this process may run on; what others do elsewhere disturbs nobody here.
struct MachineCounters {
  Nanoseconds at = 0;
  Nanoseconds busy = 0;           // of every task, interrupts excluded where they are told apart
  Nanoseconds steal = 0;          // taken by the hypervisor
};

// `cores` empty: all of them.
MachineCounters parse_machine(std::string_view proc_stat, std::int64_t ticks_per_second,
                              const std::vector<int>& cores = {});
Nanoseconds parse_core_usage(std::string_view usage_percpu, const std::vector<int>& cores);   // cpuacct.usage_percpu
MachineCounters read_machine();

}  // namespace measure
