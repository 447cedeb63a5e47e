// SPDX-License-Identifier: MIT
// What is measured: a command that starts a server, and the requests that are made to it; or a server that runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"

namespace measure {

// One kind of request. `weight` is relative to the others'.
struct Request {
  std::string method = "GET";
  std::string path = "/";
  double weight = 1.0;
  std::vector<std::string> headers;    // "Name: value"
  std::string body;
  std::string kernel;                  // what a profile calls its work; empty: named after the path
};

// `command` goes to /bin/sh and holds {port}, and {processes}, {threads}, {preload} where the server can vary them.
struct Subject {
  std::string name;
  std::string command;
  std::string preload_argument;        // replaces {preload} where a configuration preloads; else it is empty
  std::uint16_t port = 0;              // 0: a free one for {port}
  std::vector<Request> requests;
  std::chrono::milliseconds ready_timeout{30'000};
  std::chrono::milliseconds stop_timeout{5'000};

  bool varies_processes() const { return command.find("{processes}") != std::string::npos; }
  bool varies_threads() const { return command.find("{threads}") != std::string::npos; }
};

// How a measurement talks to whoever asked for it.
struct Observer {
  std::function<bool()> stop_requested;                // asked at least every 50 ms; true throws Interrupted
  std::function<void(const std::string&)> warn;        // what makes the figures less than they look
};

struct MeasureOptions {
  Observer observer;
  std::string id;                      // of the run; empty: made of the instant at which it starts
  std::string raw_log;                 // CSV file for every request of the window; empty: none
  std::uint64_t seed = 1;              // of the arrivals and of the choice between requests
};

// Measures one window: starts the server in a cgroup of its own with the limits of `what`, waits until every worker
// serves, reads idle memory, warms up, measures, stops everything and removes the cgroup, whatever happens.
// Throws MeasurementError with the server's last output when it cannot start, dies or does not answer.
// `before` requests are made first, in a closed loop (memory after n requests), or as many as ten seconds are enough
// for. A window of no length measures memory only, without requests in flight.
models::MeasuredRun measure_run(const Subject& subject, const models::Configuration& what, models::Count before = 0,
                                const MeasureOptions& options = {});

// A server that somebody else started and limits; it is loaded and read, never stopped.
struct RunningServer {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string cgroup;                  // path; empty: that of `process`
  int process = 0;
  std::vector<Request> requests;
};

models::MeasuredRun measure_running(const RunningServer& server, const models::Configuration& what,
                                    models::Count before = 0, const MeasureOptions& options = {});

}  // namespace measure
