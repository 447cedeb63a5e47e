// SPDX-License-Identifier: MIT
// One minimisation: the knobs of a draft turned until the simulated probes meet the measured ones.
#pragma once

#include <vector>

#include "models/calibration/bench.hpp"
#include "models/calibration/draft.hpp"

namespace models {

struct Solution {
  Draft draft;
  std::vector<Knob> knobs;
  Minimum minimum;
  std::vector<Observation> predictions;  // of each probe
};

Solution search(const Draft& start, const std::vector<Probe>& probes, const Bench& bench,
                const LeastSquaresSettings& settings);

}  // namespace models
