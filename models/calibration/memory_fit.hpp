// SPDX-License-Identifier: MIT
// Memory and spawning of a profile from measured runs, linear in all parameters but one.
//
//   charge(run) = container + S + P (process + kernel) - P K + P U (1 - e^(-n/n0)) + (threads - P) thread
//                 + busy live(kernel) + requests growth,          S = K = U = 0 without preload
//
// with P processes, n requests served by each, S the preloaded heap, K = S (1 - f) what each process does not copy at
// once and U = S (1 - f - g) what it copies in time (models/host/memory.hpp). Idle readings have n = busy = 0.
// Solved by least squares of the relative error under value >= 0, for each n0 of a grid. Where the machine has no
// charge, the sum of PSS stands for it.
#pragma once

#include <vector>

#include "models/calibration/fit.hpp"

namespace models {

// Sets profile.memory and profile.spawn, and a kernel's live bytes; appends what was found and what was left over.
void fit_memory(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters,
                std::vector<Residual>& residuals);
void fit_spawn(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters);

}  // namespace models
