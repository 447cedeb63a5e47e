// SPDX-License-Identifier: MIT
// The day of an autoscaled service in every format.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "models/comparison/comparison.hpp"
#include "tools/report/csv_text.hpp"
#include "tools/report/grid.hpp"

namespace report {

bool has_days(const models::Comparison& comparison);

// One row a deployment. Requires: has_days().
Grid day_grid(const models::Comparison& comparison, std::size_t limit = 120);

// null without one. What the day costs is a decimal text, its currency in the name: cost_usd_per_day.
nlohmann::ordered_json day_data(const models::DeploymentResult& result);
// Of day_data, null included.
nlohmann::ordered_json day_schema();

// The end of a flat row (tools/report/record.hpp).
void add_day_columns(std::vector<std::string>& columns, const std::vector<std::string>& currencies);
void add_day_cells(std::vector<Cell>& cells, const models::DeploymentResult& result,
                   const std::vector<std::string>& currencies);

}  // namespace report
