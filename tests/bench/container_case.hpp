// SPDX-License-Identifier: MIT
// A container under a closed load, for the container model and for the same by hand: connections that stay
// open and are dealt out evenly over the processes; a request is a CPU burst, a wait and a CPU burst, all
// exponential. Times in seconds, memory in bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace bench {

struct ContainerCase {
  std::uint32_t processes = 1;
  std::uint32_t threads = 8;                               // a process
  std::uint32_t connections = 16;                          // a multiple of processes
  double cores = 2.0;                                      // of the node
  double quota = std::numeric_limits<double>::infinity();  // cores
  double burst = 0.0005;                                   // mean
  double wait = 0.004;                                     // mean

  // A heap that is shared after the fork and copied by and by as requests touch it, and a request's own
  // memory.
  double process_bytes = 0.0;
  double shared_bytes = 0.0;  // of process_bytes
  double decay_requests = 1000.0;
  double request_bytes = 0.0;
  double memory_limit = std::numeric_limits<double>::infinity();

  // Simulated seconds in which at most so many requests can be served.
  double time_for(std::uint64_t requests) const {
    return static_cast<double>(requests) * 2.0 * burst / std::min(cores, quota);
  }
};

constexpr double quota_period = 0.1;

// Nothing limited; twice as many connections as threads.
constexpr ContainerCase plain_container(std::uint32_t processes, std::uint32_t threads) {
  return {.processes = processes, .threads = threads, .connections = 2 * processes * threads};
}

// All that limits a container: the quota binds, requests queue for threads, memory moves with each of them.
constexpr ContainerCase limited_container(std::uint32_t processes, std::uint32_t threads) {
  ContainerCase limited = plain_container(processes, threads);
  limited.cores = 4.0;
  limited.quota = 2.0;
  limited.wait = 0.024;
  limited.process_bytes = 45e6;
  limited.shared_bytes = 30e6;
  limited.request_bytes = 200e3;
  limited.memory_limit = 1e9;
  return limited;
}

// What a run observes of it, from time zero.
struct ContainerAnswer {
  std::uint64_t requests = 0;
  double latency_mean = 0.0;
  double latency_p99 = 0.0;
  double memory_mean = 0.0;
  double memory_max = 0.0;
  double throttled_time = 0.0;
};

}  // namespace bench
