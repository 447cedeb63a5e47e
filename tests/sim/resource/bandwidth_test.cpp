// SPDX-License-Identifier: MIT
#include "sim/resource/bandwidth.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/random/stream.hpp"

using namespace sim::literals;
using sim::Bandwidth;
using sim::Duration;
using sim::TimePoint;

TEST_CASE("a budget lasts quota / cores and is full again at the next boundary") {
  // Quota 0.5 cores of 100 ms: 50 ms of CPU, which 4 cores spend in 12.5 ms.
  Bandwidth bandwidth(0.5, 100_ms, 0_s, 0_s, {0.0});
  CHECK(bandwidth.exhausted_at({0.0}, 4.0).seconds == doctest::Approx(0.0125).epsilon(1e-12));
  CHECK(bandwidth.spend({0.0}, {0.01}, 4.0, true));
  CHECK(bandwidth.exhausted_at({0.01}, 4.0).seconds == doctest::Approx(0.0125).epsilon(1e-12));
  CHECK(bandwidth.end_of_period() == TimePoint{0.1});
  CHECK(bandwidth.spend({0.01}, {0.25}, 0.0, false));
  CHECK(bandwidth.exhausted_at({0.25}, 4.0).seconds == doctest::Approx(0.2625).epsilon(1e-12));
  CHECK(bandwidth.periods() == 1);
}

TEST_CASE("spending exactly the quota never exhausts the budget") {
  Bandwidth bandwidth(1.0, 100_ms, 0_s, 0_s, {0.0});
  CHECK(bandwidth.exhausted_at({0.0}, 1.0) == TimePoint::never());
  CHECK(!bandwidth.exceeded_by(1.0));
  CHECK(bandwidth.spend({0.0}, {1234.5678}, 1.0, true));
  CHECK(bandwidth.exhausted_at({1234.5678}, 1.0) == TimePoint::never());
  CHECK(bandwidth.periods() == 12346);
}

TEST_CASE("overdrawing is reported, whether in this period, the next or over many") {
  const auto allowed = [](TimePoint to, double cores) {
    return Bandwidth(0.5, 100_ms, 0_s, 0_s, {0.0}).spend({0.0}, to, cores, true);
  };
  CHECK(allowed({0.05}, 1.0));
  CHECK(!allowed({0.0501}, 1.0));
  CHECK(!allowed({0.1}, 0.51));
  CHECK(!allowed({0.95}, 0.51));
  CHECK(allowed({0.95}, 0.5));
}

TEST_CASE("the grid of periods starts at its phase, before and after the beginning") {
  CHECK(Bandwidth(1.0, 100_ms, 0_s, 30_ms, {0.0}).end_of_period() == TimePoint{0.03});
  CHECK(Bandwidth(1.0, 100_ms, 0_s, 130_ms, {0.0}).end_of_period().seconds ==
        doctest::Approx(0.03).epsilon(1e-12));
  CHECK(Bandwidth(1.0, 100_ms, 0_s, -70_ms, {0.0}).end_of_period().seconds ==
        doctest::Approx(0.03).epsilon(1e-12));
}

TEST_CASE("unspent quota is lost beyond the burst") {
  // 20 ms of 50 spent: 30 left, of which 10 are kept; the next period has 60, and 60 again after a pause.
  Bandwidth bandwidth(0.5, 100_ms, 10_ms, 0_s, {0.0});
  CHECK(bandwidth.spend({0.0}, {0.02}, 1.0, true));
  CHECK(bandwidth.spend({0.02}, {0.1}, 0.0, false));
  CHECK(bandwidth.exhausted_at({0.1}, 1.0).seconds == doctest::Approx(0.16).epsilon(1e-12));
  CHECK(bandwidth.spend({0.1}, {0.16}, 1.0, true));
  CHECK(bandwidth.spend({0.16}, {0.5}, 0.0, true));
  CHECK(bandwidth.exhausted_at({0.5}, 1.0).seconds == doctest::Approx(0.56).epsilon(1e-12));
}

TEST_CASE("keeping the books over many periods at once is the same as period by period") {
  sim::Stream random(1, 0, "bandwidth", 0);
  for (int round = 0; round < 2000; ++round) {
    const double quota = 0.2 + random.uniform();
    const Duration burst = 100_ms * quota * random.uniform();
    const Duration phase = 100_ms * random.uniform();
    Bandwidth at_once(quota, 100_ms, burst, phase, {0.0});
    Bandwidth step_by_step(quota, 100_ms, burst, phase, {0.0});
    TimePoint now{0.0};
    for (int i = 0; i < 5; ++i) {
      // Up to the quota, so that no period is overdrawn however long this lasts.
      const double cores = random.below(3) == 0 ? 0.0 : quota * random.uniform();
      const TimePoint until = now + 1_s * random.uniform();
      REQUIRE(at_once.spend(now, until, cores, cores > 0.0));
      while (now < until) {
        const TimePoint next = std::min(until, step_by_step.end_of_period());
        REQUIRE(step_by_step.spend(now, next, cores, cores > 0.0));
        now = next;
      }
      CHECK(at_once.end_of_period() == step_by_step.end_of_period());
      CHECK(at_once.periods() == step_by_step.periods());
      const TimePoint exhausted = at_once.exhausted_at(now, 1000.0);
      const TimePoint expected = step_by_step.exhausted_at(now, 1000.0);
      CHECK((exhausted == expected || std::fabs((exhausted - expected).seconds) < 1e-12));
    }
  }
}
