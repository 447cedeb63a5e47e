// SPDX-License-Identifier: MIT
// One request on its way: whose it is, what it demands, what it has waited for.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/fields/quantity.hpp"
#include "models/workload/kernel.hpp"
#include "models/workload/sampler.hpp"
#include "sim/core/process.hpp"

namespace models {

class WorkerProcess;
struct Connection;

enum class Outcome : std::uint8_t { none, completed, refused, timed_out, killed };

// A kernel ready to run: its phases beside samplers and the pools they name.
struct CompiledPhase {
  PhaseKind kind = PhaseKind::cpu;
  bool awaitable = false;
  bool holds_memory = false;
  double releases = 0.0;
  int pool = -1;            // index of the downstream pool, -1 for none
  Bytes memory;
  Sampler time;
};

struct CompiledKernel {
  std::vector<CompiledPhase> phases;
  double cold_factor = 0.0;
  bool warms_caches = false;
  std::size_t place = 0;    // among the profile's kernels
};

struct Request {
  Connection* connection = nullptr;
  const CompiledKernel* kernel = nullptr;
  std::vector<Duration> demand;        // one per phase; reused from request to request
  TimePoint issued;
  TimePoint queued;                    // when it reached the container
  Duration worker_wait;                // from `queued` until a worker took it up
  Duration lock_wait;
  Duration pool_wait;
  bool opens_connection = false;       // it is the first on its connection: somebody must accept
  WorkerProcess* process = nullptr;    // that holds it, once accepted
  std::size_t place = 0;               // index among the process's requests in flight
  std::optional<sim::Process> carrier; // its own coroutine, where the concurrency model gives it one
  bool counted = false;                // in the ledger: a client waits for it
  std::coroutine_handle<> client;      // waits for the outcome of this attempt; null once the client has gone
  Outcome outcome = Outcome::none;
};

}  // namespace models
