// SPDX-License-Identifier: MIT
// A deployment: which server, how many processes and threads, and how it treats blocking waits.
#pragma once

#include <optional>
#include <string>

#include "models/fields/quantity.hpp"

namespace models {

enum class BlockingWaits { loop, executor };  // event loop: a blocking wait stops the loop, or runs in an executor thread

struct Deployment {
  std::string name;
  std::string profile;                       // key of `profiles`
  std::string server;                        // name in the server table; empty when `runtime` is given
  std::string runtime;                       // name of a concurrency model; empty: what server and profile imply
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

}  // namespace models
