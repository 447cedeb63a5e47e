// SPDX-License-Identifier: MIT
// The profiles that a plan's subjects are predicted from.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/validation_plan.hpp"
#include "tools/validate/prediction.hpp"

namespace validation {

// profiles: files that replace the plan's, by subject. Nothing when one cannot be read; why is in the diagnostics.
// Throws std::runtime_error when a subject has none.
std::optional<Predictors> read_predictors(const models::ValidationPlan& plan,
                                          const std::map<std::string, std::string>& profiles,
                                          models::Diagnostics& diagnostics);

// The configurations of the runs that a profile was fitted from, when its provenance names the file that holds them and
// it lies beside the profile or under one of the folders around it. file: of the profile.
std::vector<models::Configuration> fitted_configurations(const models::Profile& profile, const std::string& file);

}  // namespace validation
