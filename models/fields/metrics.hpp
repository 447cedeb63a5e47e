// SPDX-License-Identifier: MIT
// The declared outputs of a simulation: every number that a table, a file, an expectation or a sentence shows.
// Added here once, a metric appears in JSON, CSV, `expect:` and `forkcast explain`.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace models {

enum class Metric : std::size_t {
  throughput,
  latency_mean,
  latency_p50,
  latency_p95,
  latency_p99,
  latency_p999,
  cpu_used,
  cpu_per_request,
  core_utilization,
  quota_utilization,
  lock_wait,
  lock_utilization,
  handovers_per_request,
  worker_utilization,
  worker_wait,
  pool_wait,
  throttled_time,
  throttled_periods,
  memory_mean,
  memory_max,
  memory_pss,
  memory_utilization,
  error_rate,
  refused,
  timed_out,
  killed,
  oom_kills,
  backlog_growth,
  busy_time,
  makespan,
};
inline constexpr std::size_t metric_count = static_cast<std::size_t>(Metric::makespan) + 1;

struct MetricInfo {
  Metric metric;
  std::string_view name;   // `expect:` and explain: latency_p99
  std::string_view field;  // JSON and CSV: latency_p99_s (SI unit in the name)
  std::string_view unit;   // "s", "1/s", "cores", "bytes", "1" (share of one), "count"
  std::string_view help;   // one sentence
};

std::span<const MetricInfo> metric_table();       // in enum order
const MetricInfo& info(Metric metric);

// What `expect:` may also claim: found by a search, not an output of a replication.
struct CapacityMetricInfo {
  std::string_view name;
  std::string_view field;  // in the `capacity` object of the JSON
  std::string_view unit;
  std::string_view help;
};
std::span<const CapacityMetricInfo> capacity_metric_table();
const CapacityMetricInfo* find_capacity_metric(std::string_view name);  // null: there is none

// The resource that keeps a deployment from doing more.
enum class Binds { arrivals, workers, pool, lock, cores, cpu_quota, memory };
constexpr std::array<std::string_view, 7> words(Binds) {
  return {"arrivals", "workers", "pool", "lock", "cores", "cpu_quota", "memory"};
}

// The results of one replication, indexed by Metric; NaN where a metric does not apply.
using Observation = std::array<double, metric_count>;

}  // namespace models
