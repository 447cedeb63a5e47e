// SPDX-License-Identifier: MIT
// Comparisons made by hand, so that a reporter's test knows every number it should find.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "models/comparison/comparison.hpp"

namespace sample {

inline models::Estimate point(double mean, double half_width = 0.0) { return {mean, half_width, mean, mean}; }
inline models::Estimate range(double low, double high) { return {(low + high) / 2, 0.0, low, high}; }
inline models::Estimate nothing() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {none, none, none, none};
}

// A deployment whose every metric is absent but throughput, p50, p95, p99, CPU, memory and losses.
inline models::DeploymentResult deployment(const std::string& name, double throughput, double p99, double mebibytes) {
  models::DeploymentResult result;
  result.deployment.name = name;
  result.runtime = "gil_threads";
  result.interpreter = "CPython 3.13.15";
  result.estimates.fill(nothing());
  const auto set = [&](models::Metric metric, double value) {
    result.estimates[static_cast<std::size_t>(metric)] = point(value, value * 0.01);
  };
  set(models::Metric::throughput, throughput);
  set(models::Metric::latency_mean, p99 / 3);
  set(models::Metric::latency_p50, p99 / 4);
  set(models::Metric::latency_p95, p99 / 2);
  set(models::Metric::latency_p99, p99);
  set(models::Metric::cpu_used, 1.5);
  set(models::Metric::memory_mean, mebibytes * 1048576.0);
  set(models::Metric::error_rate, 0.0);
  models::Observation observation;
  observation.fill(std::numeric_limits<double>::quiet_NaN());
  observation[static_cast<std::size_t>(models::Metric::throughput)] = throughput;
  result.replications.assign(2, observation);
  return result;
}

// Verdicts of every pair; a difference is proven when it is above 5 % of the larger.
inline void judge(models::Comparison& comparison) {
  using models::Metric;
  comparison.verdicts.clear();
  for (const Metric metric : {Metric::throughput, Metric::latency_mean, Metric::latency_p99, Metric::memory_mean}) {
    for (std::size_t i = 0; i < comparison.deployments.size(); ++i) {
      for (std::size_t j = i + 1; j < comparison.deployments.size(); ++j) {
        const double a = comparison.deployments[i][metric].mean;
        const double b = comparison.deployments[j][metric].mean;
        const bool proven = std::abs(a - b) > 0.05 * std::max(std::abs(a), std::abs(b));
        comparison.verdicts.push_back({i, j, metric, a - b, 0.01 * a,
                                       !proven ? models::Verdict::no_difference_proven
                                       : a > b ? models::Verdict::more
                                               : models::Verdict::less});
      }
    }
  }
}

// A closed loop: three deployments, clear differences.
inline models::Comparison closed() {
  models::Comparison comparison;
  comparison.scenario.file = "shop.yaml";
  comparison.scenario.description = "Which one for the shop?";
  comparison.scenario.service.load.connections = 8;
  comparison.seed = 1;
  comparison.deployments = {deployment("sync-5", 233.0, 0.012, 310.0), deployment("gthread-1x8", 150.0, 0.120, 61.0),
                            deployment("gthread-2x4", 192.0, 0.050, 120.0)};
  comparison.deployments[0].binds = models::Binds::workers;
  comparison.deployments[1].binds = models::Binds::lock;
  comparison.deployments[2].binds = models::Binds::lock;
  for (const auto& one : comparison.deployments) comparison.scenario.deployments.push_back(one.deployment);
  judge(comparison);
  return comparison;
}

inline models::Comparison open() {
  models::Comparison comparison = closed();
  comparison.scenario.service.load = {};
  comparison.scenario.service.load.open = models::Rate{100.0};
  for (auto& one : comparison.deployments) one.estimates[0] = point(100.0, 0.5);
  judge(comparison);
  return comparison;
}

}  // namespace sample
