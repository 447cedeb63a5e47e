// SPDX-License-Identifier: MIT
// The points of a shard that its journal does not hold yet, simulated on all cores.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/swept_scenario.hpp"
#include "tools/sweep/journal.hpp"

namespace sweep {

struct RunOptions {
  int jobs = 0;                          // threads; 0: one a core
  std::function<bool()> stop_requested;  // asked from any thread
  std::function<void()> on_point;  // after each that was journalled; one call at a time, from any thread
};

// A combination of values that the scenario does not allow, though each value is allowed with others.
struct RefusedPoint {
  std::size_t point = 0;  // from 1
  std::string values;     // "threads=4, processes=2"
  models::Diagnostics diagnostics;
};

struct RunResult {
  bool stopped = false;
  std::optional<RefusedPoint> refused;  // the first of those that were met
};

// Throws JournalError; what was finished before is in the journal.
RunResult run(const models::SweptScenario& scenario, Journal& journal, const RunOptions& options);

}  // namespace sweep
