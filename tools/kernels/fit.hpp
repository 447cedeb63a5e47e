// SPDX-License-Identifier: MIT
// From the runs of one kernel to a profile. For a call with CPU time C and elapsed time W when alone:
//
//   wait       W - C where the call gives its core away of its own accord (switches), else nothing
//   lock       p C, p being the share of a call's running time in which a sampling thread cannot have the lock, less
//              the time h a sampler takes to wake after each release, which is measured with a kernel that releases once
//   cpu        (1 - p) C
//   releases   how often a call makes the waiting sampler wake; releases closer together than that count once
//   contention and coherency, without a lock: CPU per call of k threads over that of k processes is
//              1 + sigma (k - 1) + kappa k (k - 1), by least squares over the k up to the cores
//
// Residuals: throughput of k threads and k processes that these numbers give against what was measured, with
// k threads under a lock bound by both min(k, cores) / C and 1 / (p C).
#pragma once

#include <string>
#include <vector>

#include "models/profile/profile.hpp"
#include "tools/kernels/measurement.hpp"

namespace kernels {

struct Fit {
  double cpu = 0.0, cpu_scv = 0.0, wait = 0.0;   // seconds; scv of lognormal CPU
  double lock_share = 1.0;                       // p
  double releases = 0.0;
  double contention = 0.0, coherency = 0.0;
  bool lock = false;                             // the runtime has one
  bool lock_measured = false;
  double handover_cpu = 0.0;                     // seconds
  bool handover_measured = false;
  double process_anonymous = 0.0, process_files = 0.0, thread_memory = 0.0, request_memory = 0.0, growth = 0.0;
};

struct Residual {
  std::string run;          // "4 threads"
  double measured = 0.0;    // calls per second
  double fitted = 0.0;
  double cpu = 0.0;         // CPU time per call, seconds
  double voluntary = 0.0;   // switches per call
};

Fit fit(const Measurement& measured, int cores);
std::vector<Residual> residuals(const Fit& fit, const Measurement& measured, int cores);

// A profile with this one kernel; without provenance, which the caller knows.
models::Profile profile_of(const Fit& fit, const Measurement& measured, const Target& target, int cores);

// The throughput scaling of k processes over one, for each k = 1..cores, interpolated.
std::vector<double> process_scaling(const Measurement& measured, int cores);

}  // namespace kernels
