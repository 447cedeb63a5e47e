// SPDX-License-Identifier: MIT
#include "tools/profiler/untold_lock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace profiler {

std::string untold_lock(const std::vector<models::MeasuredRun>& runs) {
  const auto threaded = std::ranges::find_if(runs, [](const models::MeasuredRun& run) { return run.what.threads > 1; });
  if (threaded == runs.end()) return {};
  const bool told = std::ranges::any_of(runs, [](const models::MeasuredRun& run) {
    const models::Configuration& what = run.what;
    return what.threads > 1 && !what.rate && !what.cpu && what.processes < std::min(what.cores, what.connections);
  });
  if (told) return {};
  const models::Configuration& what = threaded->what;
  if (what.rate || what.cpu || what.connections <= what.processes) {
    return "no run keeps several threads busy without a quota: whether they share an interpreter lock is a guess from what "
           "it would cost";
  }
  return fmt::format(
      "{} process(es) keep {} core(s) busy with an interpreter lock as without one: whether their threads share one is a "
      "guess from what it would cost",
      what.processes, what.cores);
}

}  // namespace profiler
