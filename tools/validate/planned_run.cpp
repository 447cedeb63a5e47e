// SPDX-License-Identifier: MIT
#include "tools/validate/planned_run.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include "tools/validate/measured_case.hpp"

namespace validation {

namespace {

constexpr models::Count usual_clients = 8;
constexpr models::Count most_open_connections = 512;

}  // namespace

models::Configuration configuration_of(const models::PlannedCase& planned, const std::string& server,
                                       models::Count machine_cores) {
  models::Configuration what;
  what.subject = planned.subject;
  what.kernel = planned.kernel;
  what.server = server;
  what.processes = planned.processes;
  what.threads = planned.threads;
  what.cpu = planned.cpu;
  what.memory = planned.memory;
  what.cores = planned.cores.value_or(machine_cores);
  what.preload = planned.preload;
  what.keep_alive = planned.keep_alive;
  what.rate = planned.rate;
  const bool open = planned.rate || planned.rate_of_capacity;
  what.connections = planned.connections.value_or(open ? most_open_connections : usual_clients);
  return what;
}

std::string key_of(const models::PlannedCase& planned, const models::Configuration& what) {
  models::Configuration shown = what;
  shown.server.clear();  // a subject has one
  if (!planned.rate_of_capacity) return label(shown);
  shown.rate.reset();
  return fmt::format("{} at {:.4g}%", label(shown), planned.rate_of_capacity->value * 100.0);
}

std::string run_id(const std::string& key, models::Count repeat, models::Count attempt) {
  return attempt == 1 ? fmt::format("{} #{}", key, repeat) : fmt::format("{} #{}.{}", key, repeat, attempt);
}

bool selects(const std::string& pattern, const std::string& label) {
  if (pattern.find_first_of("*?") == std::string::npos) return label.find(pattern) != std::string::npos;
  return ::fnmatch(pattern.c_str(), label.c_str(), 0) == 0;
}

}  // namespace validation
