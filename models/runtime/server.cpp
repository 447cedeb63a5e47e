// SPDX-License-Identifier: MIT
// Defaults as the servers ship them (gunicorn and uvicorn: their config modules of 2026-08; others: their docs).
#include "models/runtime/server.hpp"

#include <algorithm>
#include <array>

namespace models {
namespace {

constexpr std::array<ServerInfo, 9> table{{
    {"gunicorn_sync", "gunicorn, sync workers: one request at a time per process, from a shared listen queue.",
     "processes", "processes", AcceptRule::when_idle, Acceptor::idle, false, false, 1, 2048},
    {"gunicorn_gthread", "gunicorn, gthread workers: a poller thread and a pool of threads per process.",
     "gil_threads", "free_threads", AcceptRule::eagerly, Acceptor::idle, true, true, 1000, 2048},
    {"uvicorn", "uvicorn: an asyncio event loop per process.", "event_loop", "event_loop", AcceptRule::eagerly,
     Acceptor::any, false, true, 100000, 2048},
    {"granian", "Granian, WSGI with blocking threads: network in native code, threads per process.", "gil_threads",
     "free_threads", AcceptRule::eagerly, Acceptor::idle, false, true, 100000, 1024},
    {"puma", "Puma: a reactor and a pool of threads per worker process, Ruby's lock like CPython's.", "gil_threads",
     "free_threads", AcceptRule::eagerly, Acceptor::idle, true, true, 100000, 1024},
    {"node_cluster", "Node.js cluster: an event loop per process, and a primary process that accepts for all.",
     "event_loop", "event_loop", AcceptRule::eagerly, Acceptor::idle, false, true, 100000, 511, true},
    {"go_http", "Go net/http: a goroutine per connection on as many carriers as GOMAXPROCS.", "mn_tasks", "mn_tasks",
     AcceptRule::eagerly, Acceptor::idle, false, true, 100000, 4096},
    {"native_threads", "A threaded server without an interpreter: threads per process, no lock.", "free_threads",
     "free_threads", AcceptRule::eagerly, Acceptor::idle, false, true, 100000, 4096},
    {"pool", "An ideal pool: every idle thread takes the next request of one shared queue.", "gil_threads",
     "free_threads", AcceptRule::when_idle, Acceptor::idle, false, true, 100000, 1000000},
}};

}  // namespace

std::span<const ServerInfo> servers() { return table; }

const ServerInfo* find_server(std::string_view name) {
  const auto* found = std::find_if(table.begin(), table.end(), [&](const ServerInfo& s) { return s.name == name; });
  return found == table.end() ? nullptr : found;
}

}  // namespace models
