// SPDX-License-Identifier: MIT
// One measured window of a real deployment: what ran, and what was seen from outside. Profiles are fitted from such
// runs and predictions are scored against them. Seconds, bytes, cores; absent where the machine could not tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/fields/quantity.hpp"

namespace models {

// What ran. Two runs of one configuration differ only by when they were made.
struct Configuration {
  std::string subject;                 // the application under its interpreter and server, e.g. "shop on CPython 3.13"
  std::string kernel;                  // the request that was made, e.g. "json"
  std::string server;                  // name in the server table; empty: not known
  Count processes = 1;
  Count threads = 1;                   // per process; of a server of tasks those that carry them
  std::optional<Cores> cpu;            // quota; absent: none
  std::optional<Bytes> memory;         // limit; absent: none
  Count cores = 1;                     // that the server may run on
  bool preload = false;
  Count connections = 1;               // closed: clients; open: most connections at once
  std::optional<Rate> rate;            // open Poisson arrivals; absent: a closed loop without think time
  bool keep_alive = true;              // false: a new connection for every request
  Duration warm_up;                    // loaded but not measured, just before the window
  Duration window;                     // none: only memory was measured, without requests in flight

  bool operator==(const Configuration&) const = default;
};

// Raw latencies of the window, nothing corrected or dropped. Open arrivals count from the arrival instant.
struct LatencySummary {
  Duration mean, stdev, p10, p25, p50, p75, p90, p95, p99, p999, max;
};

// Sums over the processes of the server, and what its cgroup was charged.
struct MemoryReading {
  Bytes rss, pss, uss;                 // smaps_rollup: Rss, Pss, Private_Clean + Private_Dirty
  Bytes pss_anonymous;
  std::optional<Bytes> charge;         // memory.current / memory.usage_in_bytes
  std::optional<Bytes> charge_peak;
  std::optional<Bytes> kernel;         // kernel memory in the charge
  std::optional<Bytes> file;           // page cache in the charge
  Count processes = 0;                 // that were summed over
  Count threads = 0;
};

struct MeasuredRun {
  std::string id;                      // unique within its file
  std::string started;                 // ISO 8601, UTC
  Configuration what;

  Rate throughput;
  Count requests = 0;                  // answered within the window
  Count errors = 0;                    // failed or refused
  LatencySummary latency;
  std::vector<double> requests_by_process;  // share of the CPU that each worker process used, descending: how connections spread

  Cores server_cpu;
  Duration cpu_per_request;            // server_cpu / throughput
  std::optional<double> throttled_share;   // throttled periods / periods with load; absent without quota
  std::optional<Duration> throttled_time;
  double voluntary_switches = 0.0;     // of the server's threads, per request
  double involuntary_switches = 0.0;
  Count oom_kills = 0;

  Duration client_cpu_per_request;     // the load generator's own
  std::optional<double> connections_per_request;  // that it made; 1: the server ends each after its answer
  bool shared_cores = true;            // it ran on cores of the server

  Cores steal;                         // taken by the hypervisor
  Cores other;                         // busy on the machine beside server and load generator, steal included

  Duration start_time;                 // from exec until every worker serves
  Duration start_cpu;                  // CPU time until then
  MemoryReading idle;                  // before the first request
  MemoryReading loaded;                // at the end of the window
  Count requests_before = 0;           // answered before the window, warm-up included (copy-on-write decay)

  // Slower than it says: steal or other CPU use above 2 % of the cores.
  bool contaminated(Count machine_cores) const {
    return other.value > 0.02 * static_cast<double>(machine_cores);
  }
};

}  // namespace models
