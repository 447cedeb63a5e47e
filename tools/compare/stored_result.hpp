// SPDX-License-Identifier: MIT
// What `forkcast run --export x.json` wrote, read back as far as a comparison needs it. Numbers are SI; NaN stands for
// the nulls of the file: the metric does not apply.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/comparison/comparison.hpp"

namespace differences {

struct StoredMetric {
  models::Estimate estimate;
  std::vector<double> replications;  // in order; at the favourable end where the profile has ranges
};

// A figure of a bill: a decimal text, which is what counts, and its value; the least and the most that its uncertainty
// allows.
struct BillFigure {
  std::string name;   // cost_usd_per_month
  std::string text;
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
  std::string range;  // 372.11..446.53, or the text where it is certain
};

struct StoredDeployment {
  std::string name;
  bool saturated = false;
  std::array<StoredMetric, models::metric_count> metrics;
  std::vector<BillFigure> bill;
  std::string profile;  // as it was resolved; equal texts are equal profiles

  const StoredMetric& operator[](models::Metric metric) const { return metrics[static_cast<std::size_t>(metric)]; }
  std::size_t replications() const { return metrics.front().replications.size(); }
};

struct StoredComparison {
  std::string version;  // of the program
  std::uint64_t seed = 0;
  std::string scenario_file;
  std::string scenario_hash;
  bool interrupted = false;
  std::vector<StoredDeployment> deployments;

  const StoredDeployment* find(std::string_view name) const;
};

struct StoredResult {
  std::string file;
  std::vector<StoredComparison> comparisons;  // one for each scenario that was run
};

inline const StoredDeployment* StoredComparison::find(std::string_view name) const {
  for (const StoredDeployment& deployment : deployments) {
    if (deployment.name == name) return &deployment;
  }
  return nullptr;
}

}  // namespace differences
