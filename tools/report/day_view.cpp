// SPDX-License-Identifier: MIT
#include "tools/report/day_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "tools/report/cost_view.hpp"
#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"

namespace report {
namespace {

using models::Day;
using models::DayCost;
using models::DayMetric;
using models::DayMetricInfo;
using models::DeploymentResult;
using models::Money;
using nlohmann::ordered_json;

struct Heading {
  DayMetric metric;
  std::string_view title;
};

constexpr std::array<Heading, 11> headings{{{DayMetric::start_up, "START-UP"},
                                            {DayMetric::replica_capacity, "MOST RPS/REPLICA"},
                                            {DayMetric::mean_replicas, "REPLICAS"},
                                            {DayMetric::most_replicas, "PEAK"},
                                            {DayMetric::replica_hours, "REPLICA-HOURS"},
                                            {DayMetric::missed_minutes, "MISSED MIN"},
                                            {DayMetric::out_of_slo, "OUT OF SLO"},
                                            {DayMetric::lost, "LOST"},
                                            {DayMetric::idle, "IDLE"},
                                            {DayMetric::grown, "GROWN"},
                                            {DayMetric::shrunk, "SHRUNK"}}};

struct CostEnd {
  std::string_view suffix;
  Money DayCost::* amount;
};
constexpr std::array<CostEnd, 3> ends{{{"", &DayCost::per_day}, {"_low", &DayCost::least}, {"_high", &DayCost::most}}};

ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(); }

ordered_json nullable() { return {{"type", {"number", "null"}}}; }

ordered_json object(ordered_json properties) {
  ordered_json required = ordered_json::array();
  for (const auto& [name, unused] : properties.items()) required.push_back(name);
  return {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}

}  // namespace

bool has_days(const models::Comparison& comparison) {
  return std::ranges::any_of(comparison.deployments, [](const DeploymentResult& one) { return one.day.has_value(); });
}

Grid day_grid(const models::Comparison& comparison, std::size_t limit) {
  Grid grid;
  const auto add = [&](std::string_view title, bool is_number, const auto& text) {
    Column& column = grid.columns.emplace_back(Column{std::string(title), is_number, {}});
    for (const DeploymentResult& result : comparison.deployments) {
      column.cells.push_back(result.day ? text(result) : std::string(not_applicable));
    }
  };
  add("DEPLOYMENT", false, [](const DeploymentResult& result) { return result.deployment.name; });
  for (const Heading& heading : headings) {
    const std::string_view unit = models::info(heading.metric).unit;
    add(heading.title, true,
        [&](const DeploymentResult& result) { return format_estimate((*result.day)[heading.metric], unit); });
  }
  const auto has_cost = [](const DeploymentResult& result) { return result.day_cost.has_value(); };
  if (std::ranges::any_of(comparison.deployments, has_cost)) {
    add("A DAY", true, [](const DeploymentResult& result) {
      const std::optional<DayCost>& cost = result.day_cost;
      return cost ? models::text(cost->least, cost->most, models::decimals_per_month) : std::string(not_applicable);
    });
  }
  constexpr std::array<std::string_view, 4> drop_list{"SHRUNK", "GROWN", "LOST", "MOST RPS/REPLICA"};
  return fitted(std::move(grid), drop_list, limit);
}

ordered_json day_data(const DeploymentResult& result) {
  const std::optional<Day>& day = result.day;
  if (!day) return nullptr;
  ordered_json metrics = ordered_json::object();
  for (const DayMetricInfo& info : models::day_metric_table()) {
    const models::Estimate& one = (*day)[info.metric];
    metrics[std::string(info.field)] = {{"mean", number(one.mean)},
                                        {"half_width", number(one.half_width)},
                                        {"low", number(one.low)},
                                        {"high", number(one.high)}};
  }
  ordered_json parts = ordered_json::array();
  for (const models::DayPart& part : day->parts) {
    parts.push_back({{"from_s", number(part.from_s)},
                     {"rate_per_s", number(part.rate_per_s)},
                     {"replicas", number(part.replicas)},
                     {"missed_minutes", number(part.missed_minutes)},
                     {"out_of_slo", number(part.out_of_slo)}});
  }
  ordered_json data{{"length_s", number(day->length_s)}, {"metrics", std::move(metrics)}, {"parts", std::move(parts)}};
  for (const CostEnd& end : ends) {
    if (!result.day_cost) break;
    const Money& amount = (*result.day_cost).*end.amount;
    data[fmt::format("cost_{}_per_day{}", lower(amount.currency().name()), end.suffix)] =
        models::decimal(amount, models::decimals_per_month);
  }
  return data;
}

ordered_json day_schema() {
  ordered_json metrics = ordered_json::object();
  for (const DayMetricInfo& info : models::day_metric_table()) {
    ordered_json metric{{"allOf", {{{"$ref", "#/definitions/estimate"}}}}};
    metric["description"] = info.help;
    metrics[std::string(info.field)] = std::move(metric);
  }
  ordered_json part = object({{"from_s", nullable()},
                              {"rate_per_s", nullable()},
                              {"replicas", nullable()},
                              {"missed_minutes", nullable()},
                              {"out_of_slo", nullable()}});
  ordered_json day = object({{"length_s", nullable()},
                             {"metrics", object(std::move(metrics))},
                             {"parts", {{"type", "array"}, {"items", std::move(part)}}}});
  day["patternProperties"] = {{"^cost_[a-z]{3}_per_day(_low|_high)?$", {{"type", "string"}, {"pattern", "^[0-9]+\\.[0-9]+$"}}}};
  return {{"anyOf", {std::move(day), {{"type", "null"}}}}};
}

void add_day_columns(std::vector<std::string>& columns, const std::vector<std::string>& currencies) {
  for (const DayMetricInfo& info : models::day_metric_table()) columns.push_back(fmt::format("day_{}", info.field));
  for (const std::string& currency : currencies) {
    for (const CostEnd& end : ends) columns.push_back(fmt::format("cost_{}_per_day{}", currency, end.suffix));
  }
}

void add_day_cells(std::vector<Cell>& cells, const DeploymentResult& result, const std::vector<std::string>& currencies) {
  for (const DayMetricInfo& info : models::day_metric_table()) {
    Cell& cell = cells.emplace_back();
    if (result.day) cell = (*result.day)[info.metric].mean;
  }
  for (const std::string& currency : currencies) {
    for (const CostEnd& end : ends) {
      Cell& cell = cells.emplace_back();
      if (!result.day_cost || lower(((*result.day_cost).*end.amount).currency().name()) != currency) continue;
      cell = models::decimal((*result.day_cost).*end.amount, models::decimals_per_month);
    }
  }
}

}  // namespace report
