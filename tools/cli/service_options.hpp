// SPDX-License-Identifier: MIT
// What a service is on the command line: a server, started by a command or running already, and what it is asked for.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/options.hpp"
#include "tools/measure/subject.hpp"

namespace cli {

// The number that an option's text must be, from `low` to `high`; else throws UsageError.
double number_in(const std::string& option, const std::string& text, double low, double high);

struct ServiceOptions {
  std::string name;
  std::string command;
  int process = 0;
  std::string cgroup;
  std::string at;
  int processes = 1;
  int threads = 1;
  std::vector<std::string> urls;
  std::string method = "GET";
  std::vector<std::string> headers;
  std::string body;
  std::string preload;
  int ready_timeout = 30;

  void declare(Options& options);

  // Somebody else started the server.
  bool attaches() const { return process > 0 || !cgroup.empty(); }

  // These throw UsageError for what does not go together.
  measure::Subject subject() const;
  measure::RunningServer running_server() const;

  // ", service: {mix: {...}}", as a scenario asks for what the weights of --url say; nothing for one of them: each
  // kernel was measured alone.
  std::string mix() const;
};

}  // namespace cli
