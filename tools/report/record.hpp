// SPDX-License-Identifier: MIT
// A deployment's result as one flat row. The columns are the same for every scenario, up to the currencies of
// its bills; a metric's column is named as in the JSON, SI unit included, and is followed by its half width
// and, for ranges, its ends. What does not apply is an empty cell.
#pragma once

#include <string>
#include <vector>

#include "models/comparison/comparison.hpp"
#include "tools/report/csv_text.hpp"

namespace report {

// From `deployment` on. currencies: as tools/report/cost_view.hpp finds them.
std::vector<std::string> record_columns(const std::vector<std::string>& currencies);

std::vector<Cell> record_of(const models::DeploymentResult& result,
                            const std::vector<std::string>& currencies);

}  // namespace report
