// SPDX-License-Identifier: MIT
// The guess to beat: perfect scaling of the measured one-process, one-thread run of the same server, kernel and
// interpreter. N processes of T threads give N T times the throughput and latencies over N T; CPU per request stays,
// memory grows with the processes.
#pragma once

#include <optional>
#include <vector>

#include "tests/validation/replay/recorded_run.hpp"

namespace validation {

// The mean over the single worker's runs at the same number of connections, `run` itself left out.
// Absent when there is none (open load).
std::optional<Values> naive_prediction(const std::vector<RecordedRun>& runs, const RecordedRun& run);

}  // namespace validation
