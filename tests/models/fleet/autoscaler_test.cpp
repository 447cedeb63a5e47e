// SPDX-License-Identifier: MIT
// The worked cases are those of Kubernetes' documentation (Horizontal Pod Autoscaling, "Algorithm details": a metric of
// twice the target doubles the replicas, of half the target halves them, and nothing happens within 0.1 of it), and of
// its rules for pods that are not ready.
#include "models/fleet/autoscaler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/random/stream.hpp"

using models::Autoscale;
using models::Autoscaler;
using models::Count;
using models::desired_replicas;
using models::Duration;
using models::FleetUse;
using models::TimePoint;

namespace {

Autoscale half_busy(Count max = 100) {
  Autoscale settings;
  settings.max = max;
  settings.target_cpu = {0.5};
  return settings;
}

}  // namespace

TEST_CASE("twice the target doubles the replicas and half of it halves them") {
  CHECK(desired_replicas(half_busy(), {3, 0, 1.0}) == 6);
  CHECK(desired_replicas(half_busy(), {4, 0, 0.25}) == 2);
  CHECK(desired_replicas(half_busy(), {3, 0, 0.25}) == 2);  // 1.5, rounded up
}

TEST_CASE("nothing changes within the tolerance, and use counts in whole percent") {
  CHECK(desired_replicas(half_busy(), {4, 0, 0.54}) == 4);
  CHECK(desired_replicas(half_busy(), {4, 0, 0.55}) == 4);
  CHECK(desired_replicas(half_busy(), {4, 0, 0.5599}) == 4);  // 55 %
  CHECK(desired_replicas(half_busy(), {4, 0, 0.56}) == 5);    // 4 x 1.12 = 4.48
  CHECK(desired_replicas(half_busy(), {4, 0, 0.45}) == 4);
  CHECK(desired_replicas(half_busy(), {9, 0, 0.4499}) == 8);  // 9 x 0.88 = 7.92
  Autoscale exact = half_busy();
  exact.tolerance = {0.0};
  CHECK(desired_replicas(exact, {4, 0, 0.51}) == 5);
}

// Four replicas at 100 % want eight. Two that are not ready count as idle: 66 % of six is 6 x 1.32 = 7.92, eight too; at
// 60 % they turn 1.2 into 0.8, which is no reason to grow. On the way down they are left out.
TEST_CASE("replicas that are not ready damp growth and do not stop shrinking") {
  CHECK(desired_replicas(half_busy(), {4, 2, 1.0}) == 8);
  CHECK(desired_replicas(half_busy(), {4, 8, 1.0}) == 12);
  CHECK(desired_replicas(half_busy(), {4, 2, 0.60}) == 6);
  CHECK(desired_replicas(half_busy(), {4, 2, 0.25}) == 2);
  CHECK(desired_replicas(half_busy(), {0, 3, 0.0}) == 3);
}

// Four at 25 % want two. One that runs without a sample is taken to be full: 200 % over five are 40 %, 5 x 0.8 = 4. With
// three of them 400 % over seven are 57 %, which would grow: nothing changes. Four at 100 % want eight; the one without
// a sample counts as idle: 80 % of five, 5 x 1.6 = 8; with one more that starts, 66 % of six, 6 x 1.32 = 7.92.
TEST_CASE("a replica without a sample is taken to be full on the way down and idle on the way up") {
  CHECK(desired_replicas(half_busy(), {4, 0, 0.25, 0}) == 2);
  CHECK(desired_replicas(half_busy(), {4, 0, 0.25, 1}) == 4);
  CHECK(desired_replicas(half_busy(), {4, 0, 0.25, 3}) == 7);
  CHECK(desired_replicas(half_busy(), {4, 0, 1.0, 1}) == 8);
  CHECK(desired_replicas(half_busy(), {4, 1, 1.0, 1}) == 8);
  CHECK(desired_replicas(half_busy(), {4, 0, 0.5, 2}) == 6);
  Autoscale above_the_request = half_busy();
  above_the_request.target_cpu = {2.0};
  CHECK(desired_replicas(above_the_request, {4, 0, 1.0, 0}) == 2);
  CHECK(desired_replicas(above_the_request, {4, 0, 1.0, 1}) == 3);   // 600 % over five: 5 x 0.6
}

// Sixteen times the target wants 16 x as many. In each period of 15 s there may be four more, or twice as many.
TEST_CASE("growth is four replicas or a doubling in each period, whichever is more") {
  const Autoscale settings = half_busy();
  Autoscaler autoscaler(settings);
  CHECK(autoscaler.decide({0.0}, {1, 0, 8.0}) == 5);
  CHECK(autoscaler.decide({15.0}, {5, 0, 8.0}) == 10);
  CHECK(autoscaler.decide({30.0}, {10, 0, 8.0}) == 20);
  CHECK(autoscaler.decide({45.0}, {20, 0, 8.0}) == 40);
  CHECK(autoscaler.decide({60.0}, {40, 0, 8.0}) == 80);
  CHECK(autoscaler.decide({75.0}, {80, 0, 8.0}) == 100);
}

TEST_CASE("what was added within the period counts against the next growth") {
  Autoscale settings = half_busy();
  settings.add_every = Duration{60.0};
  Autoscaler autoscaler(settings);
  CHECK(autoscaler.decide({0.0}, {2, 0, 8.0}) == 6);
  CHECK(autoscaler.decide({15.0}, {6, 0, 8.0}) == 6);
  CHECK(autoscaler.decide({45.0}, {6, 0, 8.0}) == 6);
  CHECK(autoscaler.decide({60.0}, {6, 0, 8.0}) == 12);
}

// Wanted: 8 at 0 s, 2 from 15 s on. The 8 leaves the window of 300 s at 300 s.
TEST_CASE("it shrinks to the most that was wanted in the stabilization window") {
  const Autoscale settings = half_busy();
  Autoscaler autoscaler(settings);
  CHECK(autoscaler.decide({0.0}, {4, 0, 1.0}) == 8);
  for (double time = 15.0; time < 300.0; time += 15.0) CHECK(autoscaler.decide({time}, {8, 0, 0.125}) == 8);
  CHECK(autoscaler.decide({300.0}, {8, 0, 0.125}) == 2);
}

TEST_CASE("with a window upwards it grows only to the least that was wanted") {
  Autoscale settings = half_busy();
  settings.stabilize_up = Duration{60.0};
  Autoscaler autoscaler(settings);
  CHECK(autoscaler.decide({0.0}, {4, 0, 0.5}) == 4);
  CHECK(autoscaler.decide({15.0}, {4, 0, 1.0}) == 4);
  CHECK(autoscaler.decide({45.0}, {4, 0, 0.75}) == 4);
  CHECK(autoscaler.decide({60.0}, {4, 0, 1.0}) == 6);  // 8, 6 and 8 wanted since 15 s
}

TEST_CASE("there are never less than min or more than max") {
  Autoscale settings = half_busy(6);
  settings.min = 2;
  settings.stabilize_down = Duration{0.0};
  Autoscaler autoscaler(settings);
  CHECK(autoscaler.decide({0.0}, {4, 0, 5.0}) == 6);
  CHECK(autoscaler.decide({15.0}, {6, 0, 0.0}) == 2);
}

// Whatever the load does: a smaller number is never below what any decision within the window before wanted, and
// growth never exceeds the policy.
TEST_CASE("shrinking respects every recommendation within the window") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    sim::Stream random(seed, 0, "use", 0);
    Autoscale settings = half_busy(60);
    settings.stabilize_down = Duration{15.0 * static_cast<double>(random.below(30))};
    Autoscaler autoscaler(settings);
    std::vector<std::pair<double, Count>> wanted;
    Count current = 5;
    for (int i = 0; i < 300; ++i) {
      const double now = 15.0 * i;
      const Count without = static_cast<Count>(random.below(static_cast<std::uint64_t>(current)));
      const FleetUse fleet{current - without, without, 1.5 * random.uniform()};
      wanted.emplace_back(now, desired_replicas(settings, fleet));
      const Count next = autoscaler.decide({now}, fleet);
      CHECK(next >= settings.min);
      CHECK(next <= *settings.max);
      CHECK(next <= std::max(2 * current, current + settings.add_pods));
      if (next < current) {
        for (const auto& [when, count] : wanted) {
          if (now - when < settings.stabilize_down.seconds) CHECK(next >= std::min(count, *settings.max));
        }
      }
      current = next;
    }
  }
}
