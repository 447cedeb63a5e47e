// SPDX-License-Identifier: MIT
// The minimisation from each start that the probes leave open, and what was found from the best of them: starts differ
// in what a descent cannot get to step by step. Each is searched twice: briefly, to see which effects are there at all
// and how connections were spread, then to the end. A start further down the list must explain the probes better by
// what chance does in one of twenty.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/calibration/fit.hpp"
#include "models/calibration/search.hpp"

namespace models {

struct Attempt {
  std::vector<Probe> probes;          // those that can be simulated, with the splits that were found
  Solution solution;
  std::vector<Identified> left_out;   // optional effects that are not proven
};

Attempt best_attempt(const std::vector<Probe>& probes, const std::string& server, bool lock, const Bench& bench,
                     std::size_t iterations);

}  // namespace models
