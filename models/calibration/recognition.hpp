// SPDX-License-Identifier: MIT
// Which server and runtime the probes were measured on: every guess is fitted briefly, the one that leaves least is it.
#pragma once

#include <vector>

#include "models/calibration/bench.hpp"
#include "models/calibration/fit.hpp"
#include "models/calibration/probe.hpp"

namespace models {

// Probes that a server of this name can be fitted to now: not those whose connections stay with their process in a
// spread that is not known yet.
std::vector<Probe> ready_probes(const std::vector<Probe>& probes, const std::string& server);
bool connections_stay(const Probe& probe, const std::string& server);

// Best first.
std::vector<Candidate> recognise(const std::vector<Probe>& probes, const FitOptions& options, BenchSettings settings);

}  // namespace models
