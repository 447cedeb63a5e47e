// SPDX-License-Identifier: MIT
#include "tools/profiler/two_servers.hpp"

#include <fmt/format.h>

namespace profiler {
namespace {

// Clients that come and go, and those that have hardly begun, say nothing of what the server does.
bool tells(const models::MeasuredRun& run) {
  return run.what.keep_alive && !run.what.rate && run.connections_per_request &&
         run.requests >= 4 * run.what.connections;
}

std::string shape(const models::Configuration& what) {
  return fmt::format("{} process(es) of {} thread(s)", what.processes, what.threads);
}

}  // namespace

std::string two_servers(const std::vector<models::MeasuredRun>& runs) {
  const models::MeasuredRun* ends = nullptr;
  const models::MeasuredRun* keeps = nullptr;
  for (const models::MeasuredRun& run : runs) {
    if (!tells(run)) continue;
    const models::MeasuredRun*& first = *run.connections_per_request > 0.5 ? ends : keeps;
    if (first == nullptr) first = &run;
  }
  if (ends == nullptr || keeps == nullptr) return {};
  return fmt::format(
      "as {} the server ends each connection after its answer, as {} it keeps them: these are two servers, and no one "
      "profile describes both{}",
      shape(ends->what), shape(keeps->what),
      ends->what.threads == 1 && keeps->what.threads > 1 ? "; with one thread gunicorn is another than with several "
                                                           "unless -k gthread is among its arguments"
                                                         : "");
}

}  // namespace profiler
