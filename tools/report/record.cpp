// SPDX-License-Identifier: MIT
#include "tools/report/record.hpp"

#include <array>
#include <optional>
#include <string_view>

#include "tools/report/cost_view.hpp"
#include "tools/report/day_view.hpp"
#include "tools/report/number.hpp"

namespace report {
namespace {

constexpr std::array<std::string_view, 4> estimate_suffixes{"", "_half_width", "_low", "_high"};
constexpr std::array axes{models::LoadAxis::rate, models::LoadAxis::connections};

void add_estimate_columns(std::vector<std::string>& columns, std::string_view name) {
  for (const std::string_view suffix : estimate_suffixes) columns.push_back(std::string(name).append(suffix));
}

void add_estimate(std::vector<Cell>& cells, const models::Estimate& estimate) {
  cells.insert(cells.end(), {estimate.mean, estimate.half_width, estimate.low, estimate.high});
}

void add_capacity(std::vector<Cell>& cells, const std::optional<models::Capacity>& found) {
  for (const models::LoadAxis axis : axes) {
    if (found && found->any && found->axis == axis) {
      add_estimate(cells, found->load);
    } else {
      cells.resize(cells.size() + estimate_suffixes.size());
    }
  }
  const std::size_t reason = cells.size();
  cells.resize(reason + 4);
  if (!found) return;
  cells[reason] = found->reason;
  if (found->any) cells[reason + 1] = std::string(word(found->binds));
  if (!found->next) return;
  cells[reason + 2] = std::string(word(*found->next));
  cells[reason + 3] = found->next_factor;
}

}  // namespace

std::vector<std::string> record_columns(const std::vector<std::string>& currencies) {
  std::vector<std::string> columns{"deployment", "runtime",      "interpreter", "server",     "processes",
                                   "threads",    "replications", "slo",         "slo_reason", "saturated",
                                   "precise",    "binds",        "basis"};
  for (const models::MetricInfo& info : models::metric_table()) add_estimate_columns(columns, info.field);
  add_estimate_columns(columns, "capacity_per_s");
  add_estimate_columns(columns, "capacity_connections");
  columns.insert(columns.end(),
                 {"capacity_reason", "capacity_binds", "capacity_next", "capacity_next_factor"});
  add_cost_columns(columns, currencies);
  add_day_columns(columns, currencies);
  return columns;
}

std::vector<Cell> record_of(const models::DeploymentResult& result,
                            const std::vector<std::string>& currencies) {
  const models::Deployment& deployment = result.deployment;
  std::vector<Cell> cells{deployment.name,
                          result.runtime,
                          result.interpreter,
                          deployment.server,
                          deployment.processes,
                          deployment.threads,
                          static_cast<std::int64_t>(result.replications.size()),
                          std::string(word(result.slo)),
                          result.slo_reason,
                          result.saturated,
                          result.precise,
                          std::string(word(result.binds)),
                          std::string(word(result.basis))};
  for (const models::Estimate& estimate : result.estimates) add_estimate(cells, estimate);
  add_capacity(cells, result.capacity);
  add_cost_cells(cells, result, currencies);
  add_day_cells(cells, result, currencies);
  return cells;
}

}  // namespace report
