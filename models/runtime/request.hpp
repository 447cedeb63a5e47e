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
  Duration timer_resolution;
  Sampler time;
};

struct CompiledKernel {
  std::vector<CompiledPhase> phases;
  double cold_factor = 0.0;
  std::size_t place = 0;    // among the profile's kernels
};

// On two cache lines, of which most events need the first.
struct alignas(64) Request {
  Connection* connection = nullptr;
  const CompiledKernel* kernel = nullptr;
  WorkerProcess* process = nullptr;    // that holds it, once accepted
  std::coroutine_handle<> client;      // waits for the outcome of this attempt; null once the client has gone
  TimePoint issued;
  TimePoint queued;                    // when it reached the container
  Duration worker_wait;                // from `queued` until a worker took it up
  std::uint32_t place = 0;             // index among the process's requests in flight
  bool opens_connection = false;       // it is the first on its connection: somebody must accept
  bool counted = false;                // in the ledger: a client waits for it
  Outcome outcome = Outcome::none;
  Duration lock_wait;
  Duration pool_wait;
  std::vector<Duration> demand;        // one per phase; reused from request to request
  std::optional<sim::Process> carrier; // its own coroutine, where the concurrency model gives it one
};

}  // namespace models
