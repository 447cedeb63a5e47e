// SPDX-License-Identifier: MIT
// Servers are data: named sets of accept rule, threads that poll, and defaults. What happens to a request once a
// worker has it is the concurrency model's business (registry.hpp).
#pragma once

#include <span>
#include <string_view>

#include "models/fields/quantity.hpp"

namespace models {

// when_idle: a worker takes the next connection from the listen queue only when it has nothing to do, so that the
// queue is shared. eagerly: a process accepts at once and keeps the connection with its requests.
enum class AcceptRule { when_idle, eagerly };

// Which process gets a new connection where all accept eagerly. idle: one that waits for it, if there is any. any: busy
// ones as well, because an event loop looks at the listen socket between any two callbacks and takes all that wait there
// (CPython, Lib/asyncio/selector_events.py, _accept_connection).
enum class Acceptor { idle, any };

struct ServerInfo {
  std::string_view name;
  std::string_view help;
  std::string_view runtime_with_lock;     // concurrency model when the profile has an interpreter lock
  std::string_view runtime_without_lock;  // and when it has none
  AcceptRule accept = AcceptRule::eagerly;
  Acceptor acceptor = Acceptor::idle;
  bool poller = false;                    // a thread per process polls connections and hands requests to the workers
  bool keep_alive = true;                 // false: the server closes after each answer
  Count worker_connections = 1000;        // open connections per process
  Count backlog = 2048;                   // connections that wait to be accepted
  bool primary = false;                   // a process accepts for all workers and hands each connection to one
};

std::span<const ServerInfo> servers();
const ServerInfo* find_server(std::string_view name);

}  // namespace models
