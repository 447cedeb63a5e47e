// SPDX-License-Identifier: MIT
// The declared outputs of a day on an autoscaled fleet.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace models {

enum class DayMetric : std::size_t {
  start_up,
  replica_capacity,
  replica_hours,
  mean_replicas,
  most_replicas,
  missed_minutes,
  out_of_slo,
  lost,
  idle,
  grown,
  shrunk,
  requests,
};
inline constexpr std::size_t day_metric_count = static_cast<std::size_t>(DayMetric::requests) + 1;

struct DayMetricInfo {
  DayMetric metric;
  std::string_view name;   // `expect:` and explain: day_missed_minutes
  std::string_view field;  // in the `day` object of the JSON, unit included
  std::string_view unit;   // as in MetricInfo
  std::string_view help;
};
std::span<const DayMetricInfo> day_metric_table();  // in enum order
const DayMetricInfo& info(DayMetric metric);
const DayMetricInfo* find_day_metric(std::string_view name);  // null: there is none

}  // namespace models
