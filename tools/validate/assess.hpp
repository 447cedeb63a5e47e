// SPDX-License-Identifier: MIT
// From runs to what they say about the predictions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/validate/outcome.hpp"

namespace validation {

struct AssessOptions {
  std::string only;        // pattern of labels; empty: all
  int jobs = 0;
  bool check_bounds = false;
  std::function<bool()> stop_requested;
};

// Throws std::runtime_error when a run is of none of the plan's subjects, or nothing is left to assess.
Outcome assess(const models::ValidationPlan& plan, const std::vector<models::MeasuredRun>& runs,
               const Predictors& predictors, const AssessOptions& options);

// Answers per second that a configuration is predicted to give; NaN where the model refuses it.
double predicted_rate(const models::Configuration& what, const Predictors& predictors, int jobs);

}  // namespace validation
