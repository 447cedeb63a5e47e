// SPDX-License-Identifier: MIT
// A day of an autoscaled service: what it costs in replica-hours, and what it costs its users to scale late.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/cluster/run_options.hpp"
#include "models/cluster/trial.hpp"
#include "models/fields/estimate.hpp"
#include "models/fleet/fluid_fleet.hpp"

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
  std::string_view name;
  std::string_view field;  // JSON and CSV, unit included
  std::string_view unit;   // as in MetricInfo
  std::string_view help;
};
std::span<const DayMetricInfo> day_metric_table();  // in enum order

struct DayPart {
  double from_s = 0.0;
  double rate_per_s = 0.0;
  double replicas = 0.0;        // mean
  double missed_minutes = 0.0;
  double out_of_slo = 0.0;      // share of its requests
};

struct Day {
  double length_s = 0.0;
  std::array<Estimate, day_metric_count> estimates{};
  std::vector<DayPart> parts;   // means over the replications, at the favourable end of ranges

  const Estimate& operator[](DayMetric metric) const { return estimates[static_cast<std::size_t>(metric)]; }
};

struct DayQuestion {
  std::vector<TrialParameters> ends;  // of one deployment: one, or the favourable and the other end of its ranges
  Autoscale autoscale;
};

// One for each question. Every replication measures a curve of its own, on the same random numbers for all questions.
// Throws Interrupted when stopped.
std::vector<Day> find_days(const std::vector<DayQuestion>& questions, const RunOptions& options);

}  // namespace models
