// SPDX-License-Identifier: MIT
#include "tools/validate/metric.hpp"
#include "sim/stats/median.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace validation {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Values no_values() {
  Values none;
  none.fill(unknown);
  return none;
}

Values values_of(const models::MeasuredRun& run) {
  // A machine that cannot read PSS leaves zero.
  const double pss = run.loaded.pss.value;
  return {run.throughput.per_second,
          run.latency.p50.seconds,
          run.latency.p99.seconds,
          run.cpu_per_request.seconds,
          run.loaded.charge ? run.loaded.charge->value : unknown,
          pss > 0.0 ? pss : unknown};
}

bool tells(const models::Configuration& what, std::size_t metric) { return metric != throughput || !what.rate; }

double test_retest_spread(const std::vector<double>& repeats) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) differences.push_back(std::abs(repeats[i] - repeats[j]));
  }
  return sim::median(std::move(differences)) / sim::median(repeats);
}

}  // namespace validation
