// SPDX-License-Identifier: MIT
// What is measured: a command that starts a server, and the requests that are made to it.
#pragma once

#include <chrono>
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
};

// `command` goes to /bin/sh and holds {port}, and {processes}, {threads}, {preload} where the server can vary them.
struct Subject {
  std::string name;
  std::string command;
  std::string preload_argument;        // replaces {preload} where a configuration preloads; else it is empty
  std::vector<Request> requests;
  std::chrono::milliseconds ready_timeout{30'000};
  std::chrono::milliseconds stop_timeout{5'000};

  bool varies_processes() const { return command.find("{processes}") != std::string::npos; }
  bool varies_threads() const { return command.find("{threads}") != std::string::npos; }
};

// Measures one window: starts the server in a cgroup of its own with the limits of `what`, waits until every worker
// serves, reads idle memory, warms up, measures, stops everything and removes the cgroup, whatever happens.
// Throws MeasurementError with the server's last output when it cannot start, dies or does not answer.
// `before` requests are made first (memory after n requests).
models::MeasuredRun measure_run(const Subject& subject, const models::Configuration& what, models::Count before = 0);

}  // namespace measure
