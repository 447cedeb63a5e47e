// SPDX-License-Identifier: MIT
// Memory and spawning of a profile from measured runs, linear in all parameters but n0.
//
//   charge(run) = container + I + P (process + kernel) - P K + P U_k (1 - e^(-n / n0_k)) + (threads - P) thread
//                 + busy live_k + requests growth_k + overlapped survivor + opened connection,
//                                                                  I = K = U = 0 without preload
//
// with P processes, n requests of kernel k served by each (models/host/memory.hpp, models/host/copy_on_write.hpp). Of
// the preloaded heap S, with d held by the master anyway: I = S - d is charged once more, K = S (1 - f) is what each
// process does not copy at once, and U_k = S (1 - f - g_k) what it copies in time. Two sizes of preloaded servers tell
// I and K; the smaller of f and d that explains them is taken, the other is zero. Before load one process has served
// the request that showed it to be ready, and busy = 0; under load a worker keeps what it has freed. `overlapped` and
// `opened` are the requests of event loops and of tasks that ended while others were in flight in their process, and
// those that came on a connection of their own. A single worker beside which no other process was seen has no
// `container`. File pages are charged to whoever reads a file first: their median goes to `container`. Solved by least
// squares of the relative error under value >= 0, for each n0 of a grid in turn. Where the machine has no charge, the
// sum of PSS stands for it.
//
// Kernels share one g and n0, the profile's, until readings of a preloaded server after different numbers of requests
// prove that one of them is better explained by its own; their growth is the first one's until it differs by more than
// chance.
#pragma once

#include <vector>

#include "models/calibration/fit.hpp"

namespace models {

// Sets profile.memory and what kernels say of memory; appends what was found and what was left over. `server_name`: the
// server of runs that do not name theirs.
void fit_memory(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters,
                std::vector<Residual>& residuals, const std::string& server_name = {});

// Sets profile.spawn.
void fit_spawn(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters);

}  // namespace models
