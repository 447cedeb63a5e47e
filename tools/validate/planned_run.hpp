// SPDX-License-Identifier: MIT
// One window that a plan asks for, and the name by which a record of it is found again.
#pragma once

#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "models/scenario/validation_plan.hpp"

namespace validation {

// What a planned case is measured as, at a rate that may still have to be found. server: of the subject.
models::Configuration configuration_of(const models::PlannedCase& planned, const std::string& server,
                                       models::Count machine_cores);

// Unique in a plan: the label of the configuration, with the share of the capacity in place of a rate.
std::string key_of(const models::PlannedCase& planned, const models::Configuration& what);

// repeat and attempt count from 1.
std::string run_id(const std::string& key, models::Count repeat, models::Count attempt);

// Whether the label of a case is meant by a pattern: one with * or ? must fit all of it, any other a part of it.
bool selects(const std::string& pattern, const std::string& label);

}  // namespace validation
