// SPDX-License-Identifier: MIT
// The points of a shard that its journal does not hold yet, simulated on all cores. A point that cannot be
// simulated, because the scenario does not allow its values together or asks for too many events, is
// journalled as such, and the others go on.
#pragma once

#include <functional>

#include "models/scenario/swept_scenario.hpp"
#include "tools/sweep/journal.hpp"

namespace sweep {

struct RunOptions {
  int jobs = 0;                          // threads; 0: one a core
  std::function<bool()> stop_requested;  // asked from any thread
  std::function<void()> on_point;  // after each that was journalled; one call at a time, from any thread
};

// Until the journal is complete or a stop is requested. Throws JournalError; what was finished before is in
// the journal.
void run(const models::SweptScenario& scenario, Journal& journal, const RunOptions& options);

}  // namespace sweep
