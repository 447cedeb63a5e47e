// SPDX-License-Identifier: MIT
// The points of a sweep before anything is simulated, as CSV: their numbers, and what each parameter is set
// to, as it is written in a scenario.
#pragma once

#include "models/scenario/swept_scenario.hpp"
#include "tools/sweep/row_format.hpp"
#include "tools/sweep/shard.hpp"

namespace sweep {

// False when the sink failed.
bool write_plan(const models::SweptScenario& scenario, const Shard& shard, const Sink& sink);

}  // namespace sweep
