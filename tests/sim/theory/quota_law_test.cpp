// SPDX-License-Identifier: MIT
// The quota law: n saturated threads on c cores use min(n, c) cores until the period's quota is spent, then
// stop. Exact in every period, whatever the length of the bursts.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "models/analytic/quota.hpp"
#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/shared_server.hpp"

namespace {

using sim::Duration;
using sim::TimePoint;

const Duration period{0.1};

class SaturatedGroup {
 public:
  SaturatedGroup(std::size_t threads, double cores, double quota)
      : server_(simulation_, cores), group_(server_.add_group({.quota_cores = quota, .period = period})) {
    for (std::size_t i = 0; i < threads; ++i) {
      jobs_.push_back(std::make_unique<sim::Job>(server_, group_));
      bursts_.emplace_back(1, 0, "burst", i);
    }
    for (std::size_t i = 0; i < threads; ++i) thread(i);
  }
  ~SaturatedGroup() { simulation_.kill_all_processes(); }

  sim::Simulation& simulation() { return simulation_; }
  const sim::SharedServer& server() const { return server_; }
  sim::GroupId group() const { return group_; }

 private:
  sim::Process thread(std::size_t i) {
    for (;;) co_await jobs_[i]->use(bursts_[i].exponential() * Duration{0.003});
  }

  sim::Simulation simulation_;
  sim::SharedServer server_;
  sim::GroupId group_;
  std::vector<std::unique_ptr<sim::Job>> jobs_;
  std::vector<sim::Stream> bursts_;
};

struct Row {
  std::size_t threads;
  double cores, quota;
};

const Row rows[] = {{1, 2, 0.5}, {1, 2, 1.0}, {2, 2, 1.0}, {8, 2, 1.0},  {10, 16, 0.5},
                    {4, 2, 1.5}, {8, 4, 2.0}, {2, 4, 3.0}, {16, 8, 0.25}};

}  // namespace

TEST_CASE("a saturated group runs for quota over width and then stops") {
  for (const Row& row : rows) {
    CAPTURE(row.threads);
    CAPTURE(row.cores);
    CAPTURE(row.quota);
    SaturatedGroup saturated(row.threads, row.cores, row.quota);
    const auto law = models::analytic::quota_cycle(row.quota, period, row.threads, row.cores);
    const double width = std::min(static_cast<double>(row.threads), row.cores);
    Duration used;
    for (int k = 0; k < 200; ++k) {
      const TimePoint start = TimePoint{} + static_cast<double>(k) * period;
      // Half way through the running part all are at it, half way through the stopped part none is.
      saturated.simulation().run_until(start + 0.5 * law.running);
      const Duration half = saturated.server().cpu_time(saturated.group()) - used;
      CHECK(half.seconds == doctest::Approx(0.5 * law.running.seconds * width).epsilon(1e-9));
      if (law.stopped > Duration{}) {
        saturated.simulation().run_until(start + law.running + 0.5 * law.stopped);
        CHECK(saturated.server().throttled(saturated.group()));
      }
      saturated.simulation().run_until(start + period);
      const Duration all = saturated.server().cpu_time(saturated.group()) - used;
      CHECK(all.seconds == doctest::Approx(law.cores_used * period.seconds).epsilon(1e-9));
      used += all;
    }
    const double periods = 200.0;
    const auto& server = saturated.server();
    CHECK(server.throttled_time(saturated.group()).seconds ==
          doctest::Approx(periods * law.stopped.seconds).epsilon(1e-9));
    CHECK(server.throttled_periods(saturated.group()) == (law.stopped > Duration{} ? 200u : 0u));
  }
}
