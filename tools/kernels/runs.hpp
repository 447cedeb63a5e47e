// SPDX-License-Identifier: MIT
// What the harness of a runtime answers: a run of threads that call the kernel, what a sampling thread got beside it,
// what calls allocate, and what the runtime is. Python's harness is tools/kernels/harness.py; native kernels have one
// of their own that speaks the same lines (native_harness.cpp). Seconds and bytes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/kernels/child.hpp"

namespace kernels {

// What is measured: a Python function under an interpreter, or a shared object.
struct Target {
  std::string name;        // of the kernel in the profile
  std::string kernel;      // module:function or file.py:function; empty: native
  std::string python = "python3";
  std::string harness;     // path of harness.py
  std::string library;     // shared object with forkcast_kernel (tools/kernels/kernel.hpp)

  bool native() const { return !library.empty(); }
};

struct Runtime {
  std::string version;     // "CPython 3.13.15 free-threaded"; "native code"
  bool lock = false;
  double switch_interval = 0.005;
};

struct Memory {
  double rss = 0.0, pss = 0.0, uss = 0.0, anonymous = 0.0, file = 0.0;
};

struct Run {
  double calls = 0.0;
  double throughput = 0.0;                 // calls per second, all threads
  double cpu = 0.0, wall = 0.0;            // mean of a call
  double cpu_p10 = 0.0, cpu_p50 = 0.0, cpu_p90 = 0.0;
  double wall_p50 = 0.0;
  double voluntary = 0.0, involuntary = 0.0;   // switches per call
  Memory memory;
};

// A round of the sampling thread (harness.py, spin).
struct LockSample {
  double share = 0.0;      // of the time, in which the sampler could not have the lock
  double wall = 0.0;       // mean of a call beside it
  double releases = 0.0;   // per call, in which the sampler waited for the lock
};
struct LockRound {
  LockSample kernel, releasing;   // the kernel; one known to release the lock once a call
};

struct Allocation {
  double peak = 0.0;       // live bytes of a call at most
  double growth = 0.0;     // kept per call
};

Runtime describe(const Target& target);
// One process with so many threads, or so many processes with one thread: started together.
Run run_threads(const Target& target, int threads, double seconds);
std::vector<Run> run_processes(const Target& target, int processes, double seconds);
std::vector<LockRound> sample_lock(const Target& target, double seconds);
Allocation trace_allocation(const Target& target, int calls);

// The native harness: calls `forkcast_kernel` of the library as harness.py's `run` does. For a process of its own.
int run_native(const std::string& library, int threads, double seconds, int in, int out);

}  // namespace kernels
