// SPDX-License-Identifier: MIT
// Measured cases as the simulator predicts them from their subjects' profiles.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/profile/profile.hpp"
#include "models/scenario/validation_plan.hpp"
#include "tools/validate/measured_case.hpp"
#include "tools/validate/metric.hpp"

namespace validation {

// What predicts a subject.
struct Predictor {
  models::Profile profile;
  std::string server;                            // used where a run names none
  std::vector<models::Configuration> fitted;     // configurations that the profile was fitted from

  // Whether the case helped to find the numbers that would predict it.
  bool has_seen(const MeasuredCase& one) const;
};
using Predictors = std::map<std::string, Predictor>;   // by subject

struct Prediction {
  Values values = no_values();   // medians over replications of one window each, as measured values are over repeats
  Values low = no_values();      // a tenth of the replications lies below
  Values high = no_values();     // a tenth lies above
  double oom_kills = 0.0;        // mean over replications
  std::string problem;           // why there is none
};

struct PredictionOptions {
  std::size_t replications = 40;
  int jobs = 0;
  models::Recording recording = models::Recording::continuous;
  std::function<bool()> stop_requested;
};

// One prediction a case, the same for any number of jobs. The load generator costs what the profile says, and where it
// says nothing what it was measured to cost in the case.
std::vector<Prediction> predict(const std::vector<MeasuredCase>& cases, const Predictors& predictors,
                                const PredictionOptions& options);

}  // namespace validation
