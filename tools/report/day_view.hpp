// SPDX-License-Identifier: MIT
// The day of an autoscaled service in every format.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "models/comparison/comparison.hpp"
#include "tools/report/grid.hpp"

namespace report {

bool has_days(const models::Comparison& comparison);

// One row a deployment. Requires: has_days().
Grid day_grid(const models::Comparison& comparison);

// null without one.
nlohmann::ordered_json day_data(const std::optional<models::Day>& day);
// Of day_data, null included.
nlohmann::ordered_json day_schema();

// ",day_start_up_s,...": each name and each field is preceded by a comma.
std::string day_columns();
std::string day_fields(const std::optional<models::Day>& day);

}  // namespace report
