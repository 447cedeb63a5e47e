// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

#include "models/analytic/quota.hpp"
#include "models/analytic/usl.hpp"

using doctest::Approx;
using models::analytic::quota_cycle;
using models::analytic::UniversalScalability;
using namespace sim::literals;

// Ten threads burn 50 ms of every 100 ms in 5 ms and stop for 95 ms, given ten cores.
TEST_CASE("threads multiply the burn of a quota") {
  struct Row {
    double quota;
    std::size_t threads;
    double cores, running_ms, stopped_ms, used;
  };
  const Row table[] = {{0.5, 10, 16, 5, 95, 0.5}, {0.5, 10, 2, 25, 75, 0.5}, {0.5, 1, 2, 50, 50, 0.5},
                       {1.0, 2, 2, 50, 50, 1.0},  {1.0, 1, 2, 100, 0, 1.0},  {2.0, 8, 4, 50, 50, 2.0},
                       {3.0, 2, 4, 100, 0, 2.0},  {1.5, 4, 2, 75, 25, 1.5}};
  for (const Row& row : table) {
    CAPTURE(row.quota);
    CAPTURE(row.threads);
    const auto cycle = quota_cycle(row.quota, 100_ms, row.threads, row.cores);
    CHECK(cycle.running.seconds == Approx(row.running_ms * 1e-3).epsilon(1e-12));
    CHECK(cycle.stopped.seconds == Approx(row.stopped_ms * 1e-3).epsilon(1e-12));
    CHECK(cycle.cores_used == row.used);
  }
}

TEST_CASE("the universal scalability law has the tabled values and peak") {
  const UniversalScalability law{1000.0, 0.05, 0.001};
  struct Row {
    double workers, throughput;
  };
  for (const Row& row : {Row{1, 1000.0}, Row{2, 1901.141}, Row{4, 3442.341}, Row{8, 5689.900},
                         Row{16, 8040.201}, Row{31, 9037.901}, Row{32, 9034.444}, Row{64, 7822.048}}) {
    CHECK(std::abs(law.throughput(row.workers) - row.throughput) < 6e-4);
  }
  CHECK(std::abs(law.peak_workers() - 30.82) < 6e-3);
}

TEST_CASE("without coherence cost the law is Amdahl's and never peaks") {
  const UniversalScalability amdahl{1.0, 0.1, 0.0};
  CHECK(amdahl.peak_workers() == std::numeric_limits<double>::infinity());
  CHECK(amdahl.throughput(1e9) == Approx(10.0).epsilon(1e-6));
}
