// SPDX-License-Identifier: MIT
#include "models/fields/metrics.hpp"

#include <algorithm>

namespace models {

namespace {

constexpr std::array<MetricInfo, metric_count> table{{
    {Metric::throughput, "throughput", "throughput_per_s", "1/s",
     "Requests completed per second by the whole service."},
    {Metric::latency_mean, "latency_mean", "latency_mean_s", "s",
     "Mean time from a request's arrival to its answer."},
    {Metric::latency_p50, "latency_p50", "latency_p50_s", "s",
     "Latency that half of the requests do not exceed."},
    {Metric::latency_p95, "latency_p95", "latency_p95_s", "s",
     "Latency that 95 % of the requests do not exceed."},
    {Metric::latency_p99, "latency_p99", "latency_p99_s", "s",
     "Latency that 99 % of the requests do not exceed."},
    {Metric::latency_p999, "latency_p999", "latency_p999_s", "s",
     "Latency that 99.9 % of the requests do not exceed."},
    {Metric::cpu_used, "cpu_used", "cpu_used_cores", "cores",
     "CPU time per second that the service's containers use, in cores."},
    {Metric::cpu_per_request, "cpu_per_request", "cpu_per_request_s", "s",
     "CPU time of the service per completed request, hand-overs and polling included."},
    {Metric::core_utilization, "core_utilization", "core_utilization", "1",
     "Share of the node's cores that are busy, with everything that runs on it."},
    {Metric::quota_utilization, "quota_utilization", "quota_utilization", "1",
     "Share of the CPU quota that the containers use."},
    {Metric::lock_wait, "lock_wait", "lock_wait_s", "s",
     "Mean time per request spent waiting for the interpreter lock."},
    {Metric::lock_utilization, "lock_utilization", "lock_utilization", "1",
     "Share of time that the busiest interpreter lock is held."},
    {Metric::handovers_per_request, "handovers_per_request", "handovers_per_request", "count",
     "Hand-overs of the interpreter lock per completed request."},
    {Metric::worker_utilization, "worker_utilization", "worker_utilization", "1",
     "Share of time that a worker has a request, averaged over the workers."},
    {Metric::worker_wait, "worker_wait", "worker_wait_s", "s",
     "Mean time per request from its arrival until a worker takes it."},
    {Metric::pool_wait, "pool_wait", "pool_wait_s", "s",
     "Mean time per request spent waiting for a token of a downstream pool."},
    {Metric::throttled_time, "throttled_time", "throttled_time", "1",
     "Share of time that a container is stopped by its CPU quota."},
    {Metric::throttled_periods, "throttled_periods", "throttled_periods", "1",
     "Share of quota periods in which a container was stopped."},
    {Metric::memory_mean, "memory_mean", "memory_mean_bytes", "bytes",
     "Memory charged to a container, averaged over time and containers."},
    {Metric::memory_max, "memory_max", "memory_max_bytes", "bytes",
     "Most memory charged to any container at any time."},
    {Metric::memory_pss, "memory_pss", "memory_pss_bytes", "bytes",
     "Sum of the proportional set sizes of a container's processes, averaged over time and containers."},
    {Metric::memory_utilization, "memory_utilization", "memory_utilization", "1",
     "Share of the memory limit that is charged when a container has most."},
    {Metric::error_rate, "error_rate", "error_rate", "1",
     "Requests lost (refused, timed out or killed) over all requests that ended."},
    {Metric::refused, "refused", "refused_count", "count",
     "Requests refused because a backlog or connection limit was full."},
    {Metric::timed_out, "timed_out", "timed_out_count", "count", "Requests that a client gave up."},
    {Metric::killed, "killed", "killed_count", "count", "Requests lost with a worker that was killed."},
    {Metric::oom_kills, "oom_kills", "oom_kills_count", "count",
     "Out-of-memory kills, of a process or of a whole container."},
    {Metric::backlog_growth, "backlog_growth", "backlog_growth", "1",
     "Open load: share of the arrivals by which the requests in the system grew; above zero, load exceeds "
     "capacity."},
    {Metric::busy_time, "busy_time", "busy_time", "1",
     "Share of time that a container has a request, in stretches of whole 100 ms, as platforms bill it that charge for "
     "requests; averaged over containers."},
    {Metric::makespan, "makespan", "makespan_s", "s", "Batch load: time until the last task is done."},
}};

constexpr bool in_enum_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].metric) != i) return false;
  }
  return true;
}
static_assert(in_enum_order());

constexpr std::array<CapacityMetricInfo, 2> capacities{{
    {"capacity", "load_per_s", "1/s", "Highest rate at which one container keeps the SLO in 95 of 100 replications."},
    {"capacity_connections", "connections", "count",
     "Most connections with which one container keeps the SLO in 95 of 100 replications."},
}};

}  // namespace

std::span<const CapacityMetricInfo> capacity_metric_table() { return capacities; }

const CapacityMetricInfo* find_capacity_metric(std::string_view name) {
  const auto* found = std::ranges::find(capacities, name, &CapacityMetricInfo::name);
  return found == capacities.end() ? nullptr : found;
}

std::span<const MetricInfo> metric_table() {
  return table;
}

const MetricInfo& info(Metric metric) {
  return table[static_cast<std::size_t>(metric)];
}

}  // namespace models
