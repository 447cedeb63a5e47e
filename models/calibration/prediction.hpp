// SPDX-License-Identifier: MIT
// A measured configuration as the simulator runs it: the one translation that fit and validation share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/calibration/measured_run.hpp"
#include "models/cluster/trial.hpp"
#include "models/profile/profile.hpp"

namespace models {

// Beside the configuration itself.
struct Surroundings {
  std::string server;                // used where the configuration names none
  Count machine_cores = 1;
  std::uint64_t seed = 1;
  bool shared_cores = true;          // the load generator runs on the server's cores
};

// The load generator costs what the profile says, if it shares the cores.
TrialParameters trial_of(const Configuration& what, const Profile& profile, const Surroundings& around);

// The measured window at its length, behind its warm-up.
Window window_of(const Configuration& what);

}  // namespace models
