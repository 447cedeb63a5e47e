// SPDX-License-Identifier: MIT
// The laws at the head of models/runtime/cache_warmth.hpp, in numbers.
#include "models/runtime/cache_warmth.hpp"

#include <doctest/doctest.h>

#include <cmath>

using models::CacheWarmth;
using models::Duration;
using models::TimePoint;

namespace {

const Duration ms{1e-3};

TimePoint at(double milliseconds) { return TimePoint{} + milliseconds * ms; }

double coldness_after(double milliseconds, double cooling) {
  return 1.0 - std::exp(-milliseconds / cooling);
}

}  // namespace

TEST_CASE("Caches cool down while nobody computes, and work on cold ones warms them") {
  CacheWarmth caches(10.0 * ms, 2.0 * ms, 1);
  CHECK(caches.begin(at(0), {}, ms, 3.0).seconds == 1e-3);
  caches.end(at(1), {});
  const double x = coldness_after(5.0, 10.0);
  const Duration taken = caches.begin(at(6), {}, ms, 3.0);
  const double left = std::exp(-0.5);
  CHECK(taken.seconds == doctest::Approx(1e-3 + 3.0 * x * 2e-3 * (1.0 - left)).epsilon(1e-12));
  CHECK(caches.coldness() == doctest::Approx(x * left).epsilon(1e-12));
}

TEST_CASE("Work in pieces takes as long as in one") {
  CacheWarmth once(10.0 * ms, 2.0 * ms, 1);
  CacheWarmth pieces(10.0 * ms, 2.0 * ms, 1);
  const Duration whole = once.begin(at(50), {}, 4.0 * ms, 1.5);
  Duration sum;
  for (int i = 0; i < 4; ++i) {
    sum = sum + pieces.begin(at(50), {}, ms, 1.5);
    pieces.end(at(50), {});
  }
  CHECK(sum.seconds == doctest::Approx(whole.seconds).epsilon(1e-12));
  CHECK(pieces.coldness() == doctest::Approx(once.coldness()).epsilon(1e-12));
}

TEST_CASE("While one thread computes another's pause cools nothing") {
  CacheWarmth caches(10.0 * ms, 2.0 * ms, 1);
  caches.begin(at(0), {}, ms, 1.0);
  caches.begin(at(0), {}, ms, 1.0);
  caches.end(at(1), {});
  CHECK(caches.begin(at(30), {}, ms, 1.0).seconds == 1e-3);
}

TEST_CASE("A stop by the quota cools the caches once, whether it falls into work or between") {
  const double x = coldness_after(40.0, 10.0);
  CacheWarmth within(10.0 * ms, 2.0 * ms, 1);
  within.begin(at(0), {}, ms, 1.0);
  within.end(at(41), 40.0 * ms);
  CHECK(within.coldness() == doctest::Approx(x).epsilon(1e-12));
  within.begin(at(41), 40.0 * ms, Duration{}, 1.0);
  CHECK(within.coldness() == doctest::Approx(x).epsilon(1e-12));

  CacheWarmth between(10.0 * ms, 2.0 * ms, 1);
  between.begin(at(0), {}, ms, 1.0);
  between.end(at(1), {});
  between.begin(at(41), 30.0 * ms, Duration{}, 1.0);
  CHECK(between.coldness() == doctest::Approx(x).epsilon(1e-12));
}

TEST_CASE("Threads on several cores have a core each to warm") {
  // Two threads, 1 ms each at once: either takes what it would alone, and the coldness falls as by one of them.
  CacheWarmth two(10.0 * ms, 2.0 * ms, 2);
  const double x = coldness_after(50.0, 10.0);
  const Duration first = two.begin(at(50), {}, ms, 1.0);
  CHECK(first.seconds == doctest::Approx(1e-3 + x * 2e-3 * (1.0 - std::exp(-0.5))).epsilon(1e-12));
  CHECK(two.coldness() == doctest::Approx(x * std::exp(-0.5)).epsilon(1e-12));
  two.begin(at(50), {}, ms, 1.0);
  CHECK(two.coldness() == doctest::Approx(x * std::exp(-0.75)).epsilon(1e-12));
}
