// SPDX-License-Identifier: MIT
// A deployment: which server, how many processes and threads, and how it treats blocking waits.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"
#include "models/runtime/registry.hpp"

namespace models {

enum class BlockingWaits { loop, executor };  // event loop: a blocking wait stops the loop, or runs in an executor thread
constexpr std::array<std::string_view, 2> words(BlockingWaits) { return {"loop", "executor"}; }

enum class Workers { as_written, best };            // best: processes and threads are searched for
constexpr std::array<std::string_view, 2> words(Workers) { return {"as_written", "best"}; }

struct Deployment {
  std::string name;
  std::string profile;                       // key of `profiles`
  std::string server;                        // name in the server table; empty when `runtime` is given
  std::string runtime;                       // name of a concurrency model; empty: what server and profile imply
  Workers workers = Workers::as_written;
  Count processes = 1;                       // 1..4096
  Count threads = 1;                         // per process, 1..65536
  Count carriers = 1;                        // M:N: OS threads that carry the tasks of a process, 1..4096
  BlockingWaits blocking_waits = BlockingWaits::executor;
  Count executor_threads = 8;                // event loop: threads for blocking waits, 1..65536
  bool preload = false;                      // import the application before fork
  bool freeze = false;                       // gc.freeze before fork: the shared heap is not copied
  bool force_lock = false;                   // an extension switched the interpreter lock back on in a free-threaded build
  Count max_requests = 0;                    // recycle a worker after this many requests, 0: never
  Count max_requests_jitter = 0;
  std::optional<Count> worker_connections;   // open connections per process; absent: the server's default
  std::optional<Count> backlog;              // listen backlog; absent: the server's default
};

inline std::vector<Choice> server_choices() {
  std::vector<Choice> choices;
  for (const ServerInfo& server : servers()) choices.push_back({server.name, server.help});
  return choices;
}

inline std::vector<Choice> runtime_choices() {
  std::vector<Choice> choices;
  for (const RuntimeInfo& runtime : runtimes()) choices.push_back({runtime.name, runtime.help});
  return choices;
}

template <class Table>
void describe(Table& table, const Deployment*) {
  table.key(&Deployment::name);
  table.exactly_one_of({"server", "runtime"});
  table.at_most_one_of({"workers", "processes"});
  table.at_most_one_of({"workers", "threads"});
  table("profile", &Deployment::profile, "Key of the profile in `profiles`.", required, Example{"gil"});
  table("server", &Deployment::server, "Server that runs the application; it brings its own accept rule and pools.",
        Choices{server_choices}, Example{"gunicorn_gthread"});
  table("runtime", &Deployment::runtime, "A bare concurrency model instead of a server.", Choices{runtime_choices},
        Example{"gil_threads"});
  table("workers", &Deployment::workers,
        "best: the numbers of processes and threads that carry the most at the SLO, searched for.", Example{"best"});
  table("processes", &Deployment::processes, "Worker processes in each container.", between(1, 4096));
  table("threads", &Deployment::threads, "Worker threads in each process.", between(1, 65536));
  table("carriers", &Deployment::carriers, "mn_tasks: OS threads that carry the tasks of a process.",
        between(1, 4096));
  table("blocking_waits", &Deployment::blocking_waits,
        "Event loop: whether a blocking wait stops the loop or runs in an executor thread.");
  table("executor_threads", &Deployment::executor_threads, "Event loop: threads of a process for blocking waits.",
        between(1, 65536));
  table("preload", &Deployment::preload, "Import the application before the workers are forked.");
  table("freeze", &Deployment::freeze, "gc.freeze before the fork, so that collections do not copy the shared heap.");
  table("force_lock", &Deployment::force_lock,
        "An extension has switched the interpreter lock back on in a free-threaded build.");
  table("max_requests", &Deployment::max_requests, "Replace a worker process after so many requests; 0: never.");
  table("max_requests_jitter", &Deployment::max_requests_jitter, "Up to so many requests more, at random.");
  table("worker_connections", &Deployment::worker_connections,
        "Open connections that a process accepts; absent: the server's default.", between(1, 1'000'000),
        Example{"1000"});
  table("backlog", &Deployment::backlog, "Connections that the kernel queues; absent: the server's default.",
        between(1, 1'000'000), Example{"2048"});
}

}  // namespace models
