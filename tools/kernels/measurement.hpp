// SPDX-License-Identifier: MIT
// The runs of one kernel: 1 and k threads, 1 and k processes, in interleaved rounds, and beside a sampler of the lock.
#pragma once

#include <functional>
#include <vector>

#include "tools/kernels/runs.hpp"

namespace kernels {

struct Plan {
  int rounds = 5;
  double seconds = 1.0;          // of one run
  double lock_seconds = 4.0;     // of the sampler
  std::vector<int> counts{1, 2};  // threads and processes; the first is 1

  static Plan quick(std::vector<int> counts) { return {3, 0.3, 1.5, std::move(counts)}; }
};

// 1, 2 and powers of two up to the cores that may be used, and twice those: more threads than cores.
std::vector<int> default_counts(int cores);

struct Measurement {
  Runtime runtime;
  std::vector<int> counts;
  std::vector<std::vector<Run>> threads;                  // [count][round]
  std::vector<std::vector<std::vector<Run>>> processes;   // [count][round][process]
  std::vector<LockRound> lock;                            // empty without an interpreter lock
  Allocation allocation;
  bool allocation_known = false;
};

// progress: the share that is done. stop: asked between runs; true throws KernelError("interrupted").
Measurement measure(const Target& target, const Plan& plan, const std::function<void(double)>& progress,
                    const std::function<bool()>& stop);

}  // namespace kernels
