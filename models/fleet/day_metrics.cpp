// SPDX-License-Identifier: MIT
#include "models/fleet/day_metrics.hpp"

#include <algorithm>

namespace models {
namespace {

constexpr std::array<DayMetricInfo, day_metric_count> table{{
    {DayMetric::start_up, "day_start_up", "start_up_s", "s",
     "Time from the decision to add a replica until it serves: image start, spawning its workers, readiness probe."},
    {DayMetric::replica_capacity, "day_replica_capacity", "replica_capacity_per_s", "1/s",
     "Most requests per second that one replica completes, whatever their latency."},
    {DayMetric::replica_hours, "day_replica_hours", "replica_hours", "count", "Replica-hours of the day: what is paid for."},
    {DayMetric::mean_replicas, "day_mean_replicas", "mean_replicas", "count", "Replicas on average."},
    {DayMetric::most_replicas, "day_most_replicas", "most_replicas", "count", "Most replicas at any time."},
    {DayMetric::missed_minutes, "day_missed_minutes", "missed_minutes", "count", "Minutes in which a promise of the SLO was broken."},
    {DayMetric::out_of_slo, "day_out_of_slo", "out_of_slo", "1",
     "Requests that were lost, or slower than the promise for most requests (p99, else p95, else p50), over all."},
    {DayMetric::lost, "day_lost", "lost", "1", "Requests refused, given up or lost, over all."},
    {DayMetric::idle, "day_idle", "idle", "1", "Share of the CPU requested that nothing was computed on; 0 where more than that is used."},
    {DayMetric::grown, "day_grown", "grown_count", "count", "Decisions to add replicas."},
    {DayMetric::shrunk, "day_shrunk", "shrunk_count", "count", "Decisions to remove replicas."},
    {DayMetric::requests, "day_requests", "requests_count", "count", "Requests that arrived."},
}};

constexpr bool in_enum_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].metric) != i) return false;
  }
  return true;
}
static_assert(in_enum_order());

}  // namespace

std::span<const DayMetricInfo> day_metric_table() { return table; }

const DayMetricInfo& info(DayMetric metric) { return table[static_cast<std::size_t>(metric)]; }

const DayMetricInfo* find_day_metric(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &DayMetricInfo::name);
  return found == table.end() ? nullptr : found;
}

}  // namespace models
