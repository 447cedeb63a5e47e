// SPDX-License-Identifier: MIT
// A profile: everything measured about one application under one interpreter on one host.
// Each number carries its basis (models/fields/quantity.hpp).
#pragma once

#include <string>
#include <vector>

#include "models/fields/quantity.hpp"
#include "models/workload/kernel.hpp"

namespace models {

struct Provenance {
  std::string command;                   // how it was measured
  std::string date;                      // ISO 8601
  std::string machine;
  std::string operating_system;
  std::string interpreter;
  std::string data;                      // file with the recorded runs
  std::vector<std::string> fitted_from;  // ids of the runs the numbers were fitted from; only other runs are scored
};

// The interpreter lock. `present: false` is a free-threaded build or a runtime without one.
struct InterpreterLock {
  bool present = true;
  Measured<Duration> switch_interval;    // a waiter may force a switch after this, > 0 (CPython: 5 ms)
  Measured<Duration> handover_cpu;       // CPU time that one hand-over costs, >= 0
  Measured<Duration> handover_lock;      // time that one hand-over keeps the lock busy, >= 0
};

// Threads of one process that compute at the same time: CPU per request is multiplied by
// single_thread_cost * (1 + contention (k - 1) + coherency k (k - 1)) with k computing threads
// (Universal Scalability Law, N. Gunther).
struct ThreadCosts {
  Measured<Factor> single_thread_cost;   // CPU of this build over that of the build the kernels were measured on, > 0
  Measured<double> contention;           // USL sigma, 0..1
  Measured<double> coherency;            // USL kappa, 0..1
  Measured<Fraction> starvation;         // share of requests that starve while a process has more runnable threads than cores
  Measured<Duration> starvation_delay;   // mean extra delay of such a request, exponential
};

// Accepting and polling.
struct AcceptCosts {
  Measured<Duration> poller_cpu;         // CPU of the poller thread per request (servers with a poller), needs the lock if there is one
  Measured<Duration> connection_cpu;     // CPU of accepting and closing one connection
  Measured<Duration> wakeup_cpu;         // CPU spent in each idle process that an arrival wakes in vain
  Measured<Fraction> stickiness;         // chance that a connection of a burst goes where the one before it went, rather than to a process at random
};

// Memory as the cgroup charges it (design of the parts: Linux admin-guide/cgroup-v2.rst; preload decay is measured).
struct MemoryCosts {
  Measured<Bytes> container;             // once per container: arbiter or master process, files first touched here
  Measured<Bytes> process;               // private to a worker process after import, without preload
  Measured<Bytes> shared_heap;           // part of `process` that preload keeps shared after fork
  Measured<Fraction> unshared_at_once;   // f: share of shared_heap copied right after fork, 0..1
  Measured<Fraction> never_unshared;     // g: share of shared_heap that stays shared for ever, 0..1, f + g <= 1
  Measured<double> decay_requests;       // n0: requests after which 1 - 1/e of the rest is private, > 0
  Measured<Bytes> thread;                // arena and touched stack of one more thread
  Measured<Bytes> interpreter;           // one more subinterpreter in a process
  Measured<Bytes> request;               // live bytes of a request in flight
  Measured<Bytes> growth;                // leak per request served
  Measured<Bytes> kernel_per_process;    // kernel memory: page tables, stacks, task structs
  Measured<Bytes> files_outside;         // file pages mapped but charged to somebody else: part of PSS, not of the charge
};

struct SpawnCosts {
  Measured<Duration> cpu;                // CPU time from fork or exec until the worker serves
  Measured<Duration> wait;               // time in it that uses no CPU
};

struct MeasuredHost {
  Count cores = 1;                       // cores that the measurement had; more is extrapolation
  std::vector<double> scaling;           // throughput of k busy cores over one; empty: perfect
};

struct Profile {
  std::string name;
  std::string description;
  Provenance provenance;
  MeasuredHost host;
  InterpreterLock lock;
  ThreadCosts threads;
  AcceptCosts accept;
  MemoryCosts memory;
  SpawnCosts spawn;
  std::vector<Kernel> kernels;           // YAML map name -> kernel; at least one
  Measured<Duration> loop_cpu;           // event loop: CPU of the loop per request beside the kernel's own
  Measured<Duration> interpreter_call;   // subinterpreters: CPU of handing one request to another interpreter
};

}  // namespace models
