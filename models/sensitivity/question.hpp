// SPDX-License-Identifier: MIT
// From a deployment of a scenario to what is asked about it.
#pragma once

#include "models/comparison/setting.hpp"
#include "models/scenario/scenario.hpp"
#include "models/sensitivity/sensitivity.hpp"

namespace models {

// With the window and inputs of the deployment as `forkcast run` would simulate it; without answers.
// `setting` is one of settings_of(scenario). Throws Interrupted.
SensitivityQuestion question_of(const Scenario& scenario, Setting setting, const RunOptions& options);

// What is asked when nothing is said: p99 and throughput, of a batch how long it takes, and the cost where it
// follows from the capacity.
std::vector<Answer> usual_answers(const SensitivityQuestion& question);

// The capacity, or, where replicas are auto, the cost of as many containers as the load asks for; nothing
// where there is none.
std::optional<Answer> capacity_answer(const SensitivityQuestion& question);
std::optional<Answer> cost_answer(const SensitivityQuestion& question);

}  // namespace models
