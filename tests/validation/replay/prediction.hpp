// SPDX-License-Identifier: MIT
// Simulates a recorded case from the shipped profile of its interpreter.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "models/comparison/comparison.hpp"
#include "models/profile/profile.hpp"
#include "models/workload/load.hpp"
#include "tests/validation/replay/recorded_run.hpp"

namespace validation {

// How a profile speaks of an interpreter of the recordings, and what the load program costs beside it.
struct Subject {
  models::Profile profile;
  std::map<std::string, models::Client> client;  // by kernel of a closed loop, or "open"

  // Runs that the profile was fitted from are not scored.
  bool fitted_from(int index) const {
    const auto& ids = profile.provenance.fitted_from;
    return std::find(ids.begin(), ids.end(), std::to_string(index)) != ids.end();
  }
};

// By interpreter name of the recordings. Throws std::runtime_error with the diagnostics when a profile is wrong.
std::map<std::string, Subject> read_subjects(const std::string& root);

// One of the regimes that replications settle in.
struct PredictedMode {
  double share = 0.0;  // of the replications
  Values values;
};

// As the recorded window would show it.
struct Prediction {
  Case what;
  Values mean;                       // over replications
  std::vector<PredictedMode> modes;  // empty unless there are several
};

models::Scenario scenario_of(const Case& what, const Subject& subject, models::Count replications);

// One prediction a case.
std::vector<Prediction> predict(const std::vector<Case>& cases, const std::map<std::string, Subject>& subjects,
                                models::Count replications);

}  // namespace validation
