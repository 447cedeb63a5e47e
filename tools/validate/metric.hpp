// SPDX-License-Identifier: MIT
// What a validation compares, in the order of every array over metrics. SI units; NaN: not known.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "models/calibration/measured_run.hpp"

namespace validation {

struct MetricInfo {
  std::string_view name;     // in summaries and bounds
  std::string_view field;    // JSON and CSV
  std::string_view heading;
  std::string_view unit;     // of models::MetricInfo
  double target;             // median relative error that is aimed at
};

inline constexpr std::size_t metrics = 6;
inline constexpr std::array<MetricInfo, metrics> metric_table{{
    {"throughput", "throughput_rps", "RPS", "1/s", 0.03},
    {"latency_p50", "latency_p50_s", "P50", "s", 0.08},
    {"latency_p99", "latency_p99_s", "P99", "s", 0.10},
    {"cpu_per_request", "cpu_per_request_s", "CPU/REQ", "s", 0.03},
    {"memory_charge", "memory_charge_bytes", "MEMORY", "bytes", 0.03},
    {"memory_pss", "memory_pss_bytes", "PSS", "bytes", 0.03},
}};
inline constexpr std::size_t throughput = 0;

using Values = std::array<double, metrics>;

Values no_values();
Values values_of(const models::MeasuredRun& run);

// Whether a case says anything about a metric: open arrivals are answered at the rate they come at, whoever predicts it.
bool tells(const models::Configuration& what, std::size_t metric);

// By how much repeats differ: the median over all pairs of |a - b|, over the median of the repeats. NaN of fewer than two.
double test_retest_spread(const std::vector<double>& repeats);

}  // namespace validation
