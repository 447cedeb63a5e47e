// SPDX-License-Identifier: MIT
// A day of an autoscaled service: what it costs in replica-hours, and what it costs its users to scale late.
#pragma once

#include <array>
#include <vector>

#include "models/cluster/run_options.hpp"
#include "models/cluster/trial.hpp"
#include "models/fields/estimate.hpp"
#include "models/fleet/day_metrics.hpp"
#include "models/fleet/fluid_fleet.hpp"

namespace models {

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
