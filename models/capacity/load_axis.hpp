// SPDX-License-Identifier: MIT
// A trial under another load: what a search for the capacity varies.
#pragma once

#include "models/capacity/capacity.hpp"

namespace models {

inline constexpr double highest_rate_tried = 1e6;    // requests per second
inline constexpr double most_connections = 100'000;

LoadAxis axis_of(const Load& load);
TrialParameters at_load(const TrialParameters& parameters, double load);

// One container alone on its node; a daily curve at its mean, no forced split of connections.
TrialParameters of_one_container(TrialParameters parameters);

// Where to look for the capacity first: somewhat below what resources allow.
double first_load(const TrialParameters& parameters);

}  // namespace models
