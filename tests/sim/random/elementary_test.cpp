// SPDX-License-Identifier: MIT
#include "sim/random/elementary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/random/stream.hpp"

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Error in units in the last place of the true value, taken from the C library's wider type.
double ulps(double value, long double exact) {
  const double rounded = static_cast<double>(exact);
  const double unit = std::nextafter(std::fabs(rounded), infinity) - std::fabs(rounded);
  return static_cast<double>(std::fabs(static_cast<long double>(value) - exact) /
                             static_cast<long double>(unit));
}

}  // namespace

TEST_CASE("exp is right within 2 units in the last place over its whole range") {
  static_assert(std::numeric_limits<long double>::digits > 60);
  sim::Stream random(1, 0, "exp", 0);
  double worst = 0.0;
  for (int i = 0; i < 300'000; ++i) {
    for (const double x : {1453.0 * random.uniform() - 744.0, random.normal(), 1e-6 * random.normal()}) {
      worst = std::max(worst, ulps(sim::exp_portable(x), std::exp(static_cast<long double>(x))));
    }
  }
  CHECK(worst <= 2.0);
}

TEST_CASE("log is right within 2 units in the last place over its whole range") {
  sim::Stream random(1, 0, "log", 0);
  double worst = 0.0;
  for (int i = 0; i < 300'000; ++i) {
    const double any = std::ldexp(1.0 + random.uniform(), static_cast<int>(random.below(2046)) - 1022);
    for (const double x :
         {any, 0.5 + random.uniform(), 1.0 + 1e-6 * random.normal(), 1e-310 * random.uniform()}) {
      if (x > 0.0) worst = std::max(worst, ulps(sim::log_portable(x), std::log(static_cast<long double>(x))));
    }
  }
  CHECK(worst <= 2.0);
}

TEST_CASE("exp and log are exact where they must be, and right at the ends of their ranges") {
  CHECK(sim::exp_portable(0.0) == 1.0);
  CHECK(sim::exp_portable(-infinity) == 0.0);
  CHECK(sim::exp_portable(infinity) == infinity);
  CHECK(sim::exp_portable(710.0) == infinity);
  CHECK(sim::exp_portable(-746.0) == 0.0);
  CHECK(sim::exp_portable(709.7) < infinity);
  CHECK(std::isnan(sim::exp_portable(std::nan(""))));
  CHECK(sim::log_portable(1.0) == 0.0);
  CHECK(sim::log_portable(0.0) == -infinity);
  CHECK(sim::log_portable(infinity) == infinity);
  CHECK(std::isnan(sim::log_portable(-1.0)));
  CHECK(std::isnan(sim::log_portable(std::nan(""))));
}

TEST_CASE("the same bits come from the compiler and from the processor") {
  constexpr double at_compile_time = sim::exp_portable(-1.25) + sim::log_portable(3.75);
  volatile double exponent = -1.25;
  volatile double number = 3.75;
  CHECK(sim::exp_portable(exponent) + sim::log_portable(number) == at_compile_time);
}
