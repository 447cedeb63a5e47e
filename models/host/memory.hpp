// SPDX-License-Identifier: MIT
// What a container's cgroup is charged for, part by part, and what the sum of PSS over its processes is.
//
//   charge = container + shared heap (once, with preload) + sum over processes of
//            (private + unshared heap + threads + subinterpreters + growth + kernel + most live bytes of requests)
//   without `container` where a single process runs without a master (parent_of_one)
//   PSS    = charge - kernel parts + file pages charged elsewhere
//
// What requests free stays with a process of worker threads, for the next ones: allocators seldom give memory back.
// (Measured: workers that are busy for 40 % of the time hold what saturated ones do, tests/validation/data, kernel
// `touch`.) Of an event loop only requests in flight count; what else grows is its heap.
// A garbage collector makes room for what survives a collection, and does not give it back: the heap grows by every
// request that ends while others are in flight in its process (alone, a request leaves only garbage), and by every
// connection, whose objects live until a full collection. Assumption: in proportion; a collector has a limit that the
// probes do not reach.
// What a preloaded heap still shares after the fork: models/host/copy_on_write.hpp.
// The limit applies to the charge (Linux admin-guide/cgroup-v2.rst, memory.max).
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "models/host/copy_on_write.hpp"
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
  Count processes = 1;        // workers
  bool keeps_freed = true;    // what requests free stays with their process; where not, their heap is collected
};

// One process's part of the charge.
struct ProcessMemory {
  SharedPages heap;   // of the preloaded heap
  Bytes live;         // of requests in flight
  Bytes held;         // for requests, in flight or to come
  Bytes owned;        // everything charged because of this process
};

class ContainerMemory {
 public:
  // `over_limit` is set to fire at once whenever a change leaves the charge above the limit.
  ContainerMemory(sim::Simulation& simulation, const MemoryCosts& costs, const std::vector<Kernel>& kernels,
                  const MemoryLayout& layout, std::optional<Bytes> limit, sim::Timer& over_limit);

  ProcessMemory add_process();
  void remove_process(ProcessMemory& process);

  // Live bytes of requests in flight.
  void allocate(ProcessMemory& process, Bytes live) {
    if (live > Bytes{}) change_live(process, live);
  }
  void free(ProcessMemory& process, Bytes live) {
    if (live > Bytes{}) change_live(process, Bytes{} - live);
  }

  // Start and end of a request, of the kernel at this place among `kernels`: what every one in flight needs, and what
  // it leaves behind, when its process has others in flight and when it opened its connection. Nothing unless requests
  // matter.
  bool requests_matter() const { return requests_matter_; }
  void take_up(ProcessMemory& process) { allocate(process, request_); }
  void finish(ProcessMemory& process, std::size_t kernel, bool leaves_others, bool opened) {
    free(process, request_);
    age(process, kernel);
    const double kept = (leaves_others ? survivor_ : 0.0) + (opened ? connection_ : 0.0);
    if (kept > 0.0) change(process, kept);
  }

  // The process has served one more request, of the kernel at this place among `kernels`: growth, and copy-on-write of
  // the preloaded heap.
  void age(ProcessMemory& process, std::size_t kernel) {
    if (ages_) grow(process, kernel);
  }

  Bytes charge() const { return {charge_.value()}; }
  Bytes pss() const;
  bool over_limit() const { return limit_ && charge_.value() > limit_->value; }

  Bytes mean_charge() const { return {charge_.mean(simulation_.now())}; }
  Bytes max_charge() const { return {charge_.maximum()}; }
  Bytes mean_pss() const;
  void reset_statistics();

 private:
  void change_live(ProcessMemory& process, Bytes more) {
    process.live += more;
    const Bytes held = keeps_freed_ ? std::max(process.held, process.live) : process.live;
    if (held == process.held) return;
    change(process, (held - process.held).value);
    process.held = held;
  }
  void grow(ProcessMemory& process, std::size_t kernel);
  void change(ProcessMemory& process, double bytes);

  sim::Simulation& simulation_;
  std::optional<Bytes> limit_;
  sim::Timer& over_limit_;
  bool keeps_freed_;
  CopyOnWrite copy_on_write_;
  double shared_heap_;          // bytes; 0 without preload
  double per_process_;          // charged when a process has started
  double kernel_per_process_;
  double files_outside_;
  std::vector<double> growth_;  // bytes per request, by kernel
  Bytes request_;               // live, of each request in flight
  double survivor_;
  double connection_;
  bool ages_ = false;           // a request leaves a trace
  bool requests_matter_ = false;
  sim::TimeAverage charge_;
  sim::TimeAverage kernel_;     // kernel part of the charge
};

}  // namespace models
