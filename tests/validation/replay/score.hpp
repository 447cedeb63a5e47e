// SPDX-License-Identifier: MIT
// Errors of the simulator and of the naive baseline over all runs that no profile was fitted from.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tests/validation/replay/prediction.hpp"
#include "tests/validation/replay/recorded_run.hpp"

namespace validation {

// Relative errors: |predicted / measured - 1|.
using Errors = std::array<double, metrics>;

struct Scored {
  RecordedRun run;
  Values predicted;
  std::array<double, metrics> signed_error{};  // predicted / measured - 1
  std::optional<Errors> naive;                 // absent where no single-worker run exists
  Errors spread{};                             // between the two runs of the case: difference over mean
};

struct Summary {
  std::string group;
  std::size_t runs = 0;
  Errors median{};
  Errors worst{};
  Errors naive_median{};
  Errors spread_median{};
};

std::vector<Scored> score(const std::vector<RecordedRun>& runs, const std::vector<Prediction>& predictions,
                          const std::map<std::string, Subject>& subjects);

// The mode whose throughput is nearest to the run's. There must be one.
const PredictedMode& nearest_mode(const Prediction& prediction, const RecordedRun& run);

// All scored runs, then by kernel and without the contaminated ones.
std::vector<Summary> summarize(const std::vector<Scored>& scored);

// Of the deployments that were measured under one interpreter, kernel and quota at 8 connections: is the one of most
// throughput predicted to be the best, or within `tie` of it?
struct Ranking {
  std::string group;
  std::string measured_best;
  std::string predicted_best;
  bool right = false;
};
std::vector<Ranking> rankings(const std::vector<RecordedRun>& runs, const std::vector<Prediction>& predictions, double tie);

}  // namespace validation
