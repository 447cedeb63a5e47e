// SPDX-License-Identifier: MIT
// Which configurations tell a service apart: a handful of short runs, each of which holds one thing still.
//
// clang-format off
//   floor        1x1, one connection          wait and shortest latency; not the service demand (workers wake up cold)
//   saturated    1x1, 8 connections           service demand
//   contended    1xT, 8 connections           do threads scale? hand-overs of a lock
//   one core     1xT, 8 connections, 1 core   the same without a core for a hand-over
//   crowd        1x8, 32 connections          many threads: waits overlap, memory per thread
//   processes    2x1, 8 connections           scaling of processes, memory per process, how connections spread
//   all cores    Px1, 4P connections          the same with a process a core, where there are more than two
//   connections  1x1, 8, keep-alive flipped   what a connection costs
//   paced        1x1, open, at 40 % of the saturated    caches that cool down between requests
//   rare         1x1, open, at 3 %            the same for long pauses
//   throttled    1x1, 8, half a core          and for pauses that a quota makes; how long they take to warm up
//   throttled 3x1   the same for several processes, which each bring data back
//   memory       3x1 after 1,000, 1x1 after 10,000, preloaded    what requests copy and leave behind
// clang-format on
//
// Names are unique. The first four, `paced` and `memory` are made for every kernel, the others for the first. Where the
// command holds no {processes} or {threads}, the probes that vary them are missing. Memory hardly varies from run to run,
// so `memory` has no window and is made once; each of its requests comes on a connection of its own, which spreads them
// over the processes. Without {preload} there is nothing to copy, and growth shows after 10,000.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/measure/campaign.hpp"
#include "tools/measure/subject.hpp"

namespace profiler {

struct PlanOptions {
  std::optional<models::Cores> cpu;    // quota of every probe
  models::Count machine_cores = 1;
  bool keep_alive = true;              // as users of the service connect
  bool quick = false;                  // shorter windows
  std::optional<models::Duration> window;  // instead of what `quick` says
  bool memory = true;                  // `memory` is wanted
  bool throttles = true;               // a quota can be set for the server
  std::string server;                  // name in the server table, when the user knows it
  models::Count processes = 1;         // that run where the command cannot vary them
  models::Count threads = 1;
};

// A kernel's name, if it has none of its own from its path: "/checkout/v2?x=1" is checkout_v2, "/" is root.
std::string kernel_name(const measure::Request& request);

// Kernels in the order of `subject.requests`; each probe makes requests of one kernel only.
std::vector<measure::Job> probe_plan(const measure::Subject& subject, const PlanOptions& options);

// Windows, warm-ups, requests before them, and an allowance for starting and stopping: what so many rounds take.
models::Duration expected_length(const std::vector<measure::Job>& jobs, int rounds);

}  // namespace profiler
