// SPDX-License-Identifier: MIT
// What a container's cgroup is charged for, part by part, and what the sum of PSS over its processes is.
//
//   charge = container + shared heap (once, with preload) + sum over processes of
//            (private + unshared heap + threads + subinterpreters + growth + kernel) + live bytes of requests
//   PSS    = charge - kernel parts + file pages charged elsewhere
//
// Copy-on-write after fork: with n requests served, private(n) = f + (1 - f - g)(1 - e^(-n / n0)) of the shared heap
// (f: copied at once, g: never copied); gc.freeze keeps the heap shared: nothing is copied after f.
// The limit applies to the charge (Linux admin-guide/cgroup-v2.rst, memory.max).
#pragma once

#include <cstdint>
#include <optional>

#include "models/profile/profile.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/timer.hpp"
#include "sim/stats/time_average.hpp"

namespace models {

// What a deployment decides about the memory of each of its processes.
struct MemoryLayout {
  bool preload = false;       // the application is imported before fork
  bool freeze = false;        // gc.freeze before fork
  Count threads = 1;          // worker threads per process
  Count interpreters = 1;     // per process
};

// One process's part of the charge.
struct ProcessMemory {
  double still_shared = 0.0;  // bytes of the preloaded heap that requests will unshare yet
  Bytes owned;                // everything charged because of this process
};

class ContainerMemory {
 public:
  // `over_limit` is set to fire at once whenever a change leaves the charge above the limit.
  ContainerMemory(sim::Simulation& simulation, const MemoryCosts& costs, const MemoryLayout& layout,
                  std::optional<Bytes> limit, sim::Timer& over_limit);

  ProcessMemory add_process();
  void remove_process(ProcessMemory& process);

  // Live bytes of requests in flight.
  void allocate(ProcessMemory& process, Bytes live) {
    if (live.value != 0.0) change(process, live.value);
  }
  void free(ProcessMemory& process, Bytes live) {
    if (live.value != 0.0) change(process, -live.value);
  }

  // The process has served one more request: growth, and copy-on-write of the preloaded heap.
  void age(ProcessMemory& process);

  Bytes charge() const { return {charge_.value()}; }
  bool over_limit() const { return limit_ && charge_.value() > limit_->value; }

  Bytes mean_charge() const { return {charge_.mean(simulation_.now())}; }
  Bytes max_charge() const { return {charge_.maximum()}; }
  Bytes mean_pss() const;
  void reset_statistics();

 private:
  void change(ProcessMemory& process, double bytes);

  sim::Simulation& simulation_;
  std::optional<Bytes> limit_;
  sim::Timer& over_limit_;
  double per_process_;           // charged when a process has started
  double unshared_by_requests_;  // bytes of the shared heap that requests copy in the long run
  double keep_per_request_;      // factor on still_shared per request served
  double growth_;
  double kernel_per_process_;
  double files_outside_;
  sim::TimeAverage charge_;
  sim::TimeAverage kernel_;      // kernel part of the charge
};

}  // namespace models
