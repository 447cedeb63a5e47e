// SPDX-License-Identifier: MIT
// Reads a validation plan, strictly: nothing is returned unless everything is right.
#pragma once

#include <optional>
#include <string>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/validation_plan.hpp"

namespace models {

inline constexpr std::size_t most_cases = 1000;  // after lists have been spelt out

// file: "-" is standard input.
std::optional<ValidationPlan> read_validation_plan(const std::string& file, Diagnostics& diagnostics);

// The same on a text that is already in memory; `name` stands for the file.
std::optional<ValidationPlan> parse_validation_plan(const std::string& name, const std::string& text,
                                                    Diagnostics& diagnostics);

}  // namespace models
