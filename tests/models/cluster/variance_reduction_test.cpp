// SPDX-License-Identifier: MIT
// What variance reduction rests on: streams that are named by what they are for. They can be drawn once more for a
// control, and are common to two deployments.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "sim/stats/two_means.hpp"
#include "tests/bench/offered_work.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

// M/M/1 on one core.
TrialParameters queue(double requests_per_second, Duration service = Duration{0.01}) {
  TrialParameters parameters =
      open(profile({cpu(exponential(service))}), server("pool", 1), requests_per_second);
  parameters.node.cores = 1;
  return parameters;
}

models::Window window_of(const TrialParameters& parameters, double requests) {
  const Duration length{requests / parameters.service.load.open->per_second};
  return {0.2 * length, length};
}

}  // namespace

TEST_CASE("The work that users bring is drawn once more as the service drew it") {
  // What one core computes in a window is what arrived in it, but for what waits at its edges.
  const TrialParameters parameters = queue(50.0);
  const models::Window window = window_of(parameters, 20'000.0);
  const double used = of(models::simulate(parameters, window, 3), Metric::cpu_used);
  const double excess = bench::offered_work_excess(parameters, window, 3);
  CHECK(std::abs(excess) > 1e-3);
  CHECK(std::abs(used - 0.5 - excess) < 0.1 * std::abs(excess));
}

TEST_CASE("Common random numbers make the difference of two queues narrower than streams of their own") {
  const TrialParameters first = queue(80.0);
  const TrialParameters second = queue(80.0, Duration{0.0095});
  TrialParameters elsewhere = second;
  elsewhere.seed = 2;
  const models::Window window = window_of(first, 4000.0);
  for (const Metric metric : {Metric::latency_mean, Metric::latency_p99}) {
    std::vector<double> slow;
    std::vector<double> fast;
    std::vector<double> fast_elsewhere;
    for (std::uint64_t replication = 0; replication < 60; ++replication) {
      slow.push_back(of(models::simulate(first, window, replication), metric));
      fast.push_back(of(models::simulate(second, window, replication), metric));
      fast_elsewhere.push_back(of(models::simulate(elsewhere, window, replication), metric));
    }
    const double common = sim::TwoMeans::paired(slow, fast).contrast().half_width;
    const double own = sim::TwoMeans::paired(slow, fast_elsewhere).contrast().half_width;
    CAPTURE(models::info(metric).name);
    CHECK(own * own > 4.0 * common * common);
  }
}
