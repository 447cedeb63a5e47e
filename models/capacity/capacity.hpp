// SPDX-License-Identifier: MIT
// Capacity at an SLO: the highest load that ONE container of a deployment, alone on its node, carries with its promises
// kept in 95 of 100 replications, what breaks first beyond it, and what would then.
//
// A replication is a window of `requests` requests: the answer depends on it. A shorter window sees noisier latencies,
// and because nearly every one of them must keep the promise, less load meets it; with ever longer windows the answer
// tends to the load at which the stationary latency equals the promise. 10,000 requests leave a hundred beyond the p99,
// whose share is then known to a tenth; latencies near capacity change five to ten times as fast as the load, so one
// window tells the load to one or two percent. At least 50 quota periods and ten bursts are seen in any case.
// Memory and copy-on-write are those of a container that has served so many requests, no more.
//
// Search (sim/experiment/root_search.hpp): replication k has the same random numbers at every load, so it has a load
// of its own up to which it keeps the promises; capacity is the 5 % quantile of these loads.
// Promises that break while nothing is used up still have a cause: what binds is named at the lowest of a few loads
// beyond capacity at which something is.
// Batch and trace loads have no capacity. A daily curve is taken at its mean: capacity belongs to a moment.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "models/cluster/run_options.hpp"
#include "models/cluster/trial.hpp"
#include "models/fields/estimate.hpp"
#include "models/fields/metrics.hpp"
#include "models/workload/load.hpp"

namespace models {

enum class LoadAxis { rate, connections };            // open: requests/s; closed: connections
constexpr std::array<std::string_view, 2> words(LoadAxis) { return {"rate", "connections"}; }

struct Capacity {                                     // of one container on its node: replicas = 1
  LoadAxis axis = LoadAxis::rate;
  bool any = false;                                   // some load meets the SLO
  std::string reason;                                 // any == false: the promise that fails even at the lowest load
  bool bounded = true;                                // false: the highest load tried still meets it
  bool precise = true;                                // the interval is as narrow as was asked
  Estimate load;                                      // 95 % interval in half_width; low and high when the profile has ranges
  Binds binds = Binds::arrivals;                      // the resource that breaks first beyond it
  std::optional<Binds> next;                          // what would bind if that one were unlimited
  double next_factor = 0.0;                           // and at which multiple of `load`; 0 without `next`
  std::array<Estimate, metric_count> at_capacity{};   // throughput, latencies, memory, CPU at that load
  std::uint64_t replications = 0;                     // spent

  const Estimate& operator[](Metric metric) const { return at_capacity[static_cast<std::size_t>(metric)]; }
};

struct CapacityQuestion {
  TrialParameters at;                                 // its load says which axis; a profile with ranges is asked at both ends
  Slo slo;
  Count containers = 1;                               // on the node; the load is that of all of them together
  double probability = 0.95;                          // of a replication that keeps the promises
  double precision = 0.02;                            // relative half width asked of the load
  std::size_t requests = 10'000;                      // of a replication
  bool find_next = true;                              // what would bind next costs half as much again
};

// Whether capacity is a question here: an open load, or a closed one with a promise that more connections can break.
bool has_capacity(const Load& load, const Slo& slo);

// Throws Interrupted.
Capacity find_capacity(const CapacityQuestion& question, const RunOptions& options);

// Whether a replication kept all promises at once. One whose requests pile up, that loses more than 1 % of them without
// a promise that says how many may be lost, or in which memory ran out, keeps none.
bool meets(const Observation& observation, const Slo& slo);

// The first promise that it broke; "load" for piling up, "oom" for a kill. Empty when it kept them all.
std::string broken_promise(const Observation& observation, const Slo& slo);

}  // namespace models
