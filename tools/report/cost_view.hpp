// SPDX-License-Identifier: MIT
// Density and money in every format: rows of a table, objects of the JSON report, columns of the CSV. Amounts are
// decimal texts of fixed rounding, the currency in their names: cost_usd_per_month.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/comparison/comparison.hpp"
#include "tools/report/csv_text.hpp"
#include "tools/report/grid.hpp"

namespace report {

// One row a deployment, on its cheapest offer.
Grid cost_grid(const models::Comparison& comparison, std::size_t limit = 120);
// One row a deployment and offer; empty unless there are several offers.
Grid offers_grid(const models::Comparison& comparison);
Grid density_grid(const models::Comparison& comparison, std::size_t limit = 120);

// null without one.
nlohmann::ordered_json bill_data(const models::DeploymentResult& result);
nlohmann::ordered_json density_data(const models::DeploymentResult& result);

// "usd": of the bills in these comparisons, each once in alphabetical order; at least "usd".
std::vector<std::string> currencies(std::span<const models::Comparison> comparisons);

// The end of a flat row (tools/report/record.hpp).
void add_cost_columns(std::vector<std::string>& columns, const std::vector<std::string>& currencies);
void add_cost_cells(std::vector<Cell>& cells, const models::DeploymentResult& result,
                    const std::vector<std::string>& currencies);

}  // namespace report
