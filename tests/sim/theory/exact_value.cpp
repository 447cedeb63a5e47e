// SPDX-License-Identifier: MIT
#include "tests/sim/theory/exact_value.hpp"

#include <doctest/doctest.h>

#include "sim/stats/confidence.hpp"

namespace theory {
namespace {

// By metric the values of all replications.
std::vector<std::vector<double>> by_metric(const Replicate& replicate, std::uint64_t seed,
                                           std::uint64_t replications, std::size_t metrics) {
  std::vector<std::vector<double>> values(metrics);
  for (std::uint64_t replication = 0; replication < replications; ++replication) {
    const std::vector<double> observation = replicate(seed, replication);
    REQUIRE(observation.size() == metrics);
    for (std::size_t metric = 0; metric < metrics; ++metric) values[metric].push_back(observation[metric]);
  }
  return values;
}

}  // namespace

void check_exact_values(const Replicate& replicate, const std::vector<double>& exact) {
  const auto values = by_metric(replicate, 1, 24, exact.size());
  for (std::size_t metric = 0; metric < exact.size(); ++metric) {
    const sim::Interval interval = sim::t_interval(values[metric], 0.999);
    CAPTURE(metric);
    CAPTURE(exact[metric]);
    CAPTURE(interval.mean);
    CAPTURE(interval.half_width);
    CHECK(interval.contains(exact[metric]));
    CHECK(interval.half_width < 0.2 * exact[metric]);  // an interval that contains anything proves nothing
  }
}

void check_coverage(const Replicate& replicate, const std::vector<double>& exact) {
  constexpr int seeds = 400;
  std::vector<int> covered(exact.size(), 0);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto values = by_metric(replicate, seed, 20, exact.size());
    for (std::size_t metric = 0; metric < exact.size(); ++metric) {
      covered[metric] += sim::t_interval(values[metric], 0.95).contains(exact[metric]) ? 1 : 0;
    }
  }
  for (std::size_t metric = 0; metric < exact.size(); ++metric) {
    const double share = static_cast<double>(covered[metric]) / seeds;
    CAPTURE(metric);
    MESSAGE("coverage " << share);
    CHECK(share >= 0.917);
    CHECK(share <= 0.983);
  }
}

}  // namespace theory
