// SPDX-License-Identifier: MIT
// Requests for a server from one thread and one epoll loop. Closed: n connections without think time. Open:
// Poisson arrivals, each on the idle connection used last, else on a new one, else waiting for one of
// `connections`. Latencies are raw, in nanoseconds: from just before a request is sent, or connected for, to
// the last byte of its answer; of open arrivals from the instant at which they were due, so a generator that
// is late shows. A server that ends each connection after its answer without saying so is noticed and treated
// as if it had. A closed connection that is refused or broken pauses for 10 ms. Without failures, requests
// that ended x mean latency = connections x time, but for those cut at the edges of the window.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/fields/quantity.hpp"
#include "tools/measure/monotonic.hpp"
#include "tools/measure/subject.hpp"

namespace measure {

struct Address {
  std::string host = "127.0.0.1";   // an IPv4 address, or localhost
  std::uint16_t port = 0;
};

struct LoadPlan {
  std::vector<Request> requests;
  models::Count connections = 1;
  std::optional<models::Rate> rate;         // open arrivals; absent: closed
  bool keep_alive = true;                   // false: asks for Connection: close every time
  std::optional<models::Count> limit;       // sends as many requests and ends with the last of them
  std::chrono::nanoseconds request_timeout = std::chrono::seconds(30);
  std::vector<int> cores;                   // to run on; empty: all
  std::uint64_t seed = 1;
  bool log = false;
};

struct LoggedRequest {
  Nanoseconds start = 0;
  Nanoseconds latency = 0;
  int status = 0;                           // 0: no answer
};

struct LoadCounts {
  std::vector<Nanoseconds> latencies;       // of the good answers that ended within the window
  models::Count answered_before = 0;        // good answers before the window
  models::Count answered = 0;               // within it
  models::Count errors_before = 0;
  models::Count errors = 0;                 // within it: refused, reset, timed out, or not 2xx or 3xx
  std::string first_error;                  // of all time
  int first_bad_status = 0;                 // 0: none
  models::Count redirects = 0;              // good answers with 3xx, ever
  models::Count connections_opened = 0;
  bool ends_connections = false;            // the server does, after each answer, without having said so
  std::vector<LoggedRequest> log;           // within the window
};

class LoadGenerator {
 public:
  LoadGenerator(const Address& address, LoadPlan plan);   // throws MeasurementError for a plan that cannot be
  ~LoadGenerator();
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  // Before run(): room for the latencies of a window of this length. After: not possible.
  void set_window(Nanoseconds open, Nanoseconds close);

  // On the calling thread, until stop() or the limit. Requests under way then are waited for, a second at most.
  void run();
  void stop();                              // from any thread
  bool finished() const;

  // CPU time of the thread that runs; 0 before it runs. From any thread while it runs.
  Nanoseconds cpu() const;

  const LoadCounts& counts() const;         // after run()

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace measure
