// SPDX-License-Identifier: MIT
#include "models/cluster/busy_stretches.hpp"

#include <doctest/doctest.h>

namespace {

using models::BusyStretches;

sim::TimePoint at(double seconds) { return {seconds}; }

}  // namespace

TEST_CASE("a stretch is paid in whole steps from its beginning") {
  BusyStretches busy(sim::Duration{0.1});
  busy.begin(at(1.0));
  busy.end(at(1.03));
  CHECK(busy.share(at(2.0)) == doctest::Approx(0.1 / 2.0));
  busy.begin(at(3.0));
  busy.end(at(3.25));
  CHECK(busy.share(at(10.0)) == doctest::Approx((0.1 + 0.3) / 10.0));
}

TEST_CASE("a request within the last step prolongs the stretch") {
  // 1.00 to 1.03, then 1.08 to 1.12: one stretch of 0.12 s, paid as 0.2 s.
  BusyStretches busy(sim::Duration{0.1});
  busy.begin(at(1.0));
  busy.end(at(1.03));
  busy.begin(at(1.08));
  busy.end(at(1.12));
  CHECK(busy.share(at(4.0)) == doctest::Approx(0.2 / 4.0));
}

TEST_CASE("only the window counts, and the present stretch as far as it has come") {
  BusyStretches busy(sim::Duration{0.1});
  busy.begin(at(1.0));
  busy.reset(at(2.0));
  CHECK(busy.share(at(4.0)) == doctest::Approx(1.0));
  busy.end(at(5.0));
  CHECK(busy.share(at(8.0)) == doctest::Approx(0.5));
  busy.reset(at(8.0));
  CHECK(busy.share(at(9.0)) == 0.0);
}

TEST_CASE("a whole number of steps is not paid for one more") {
  BusyStretches busy(sim::Duration{0.1});
  busy.begin(at(0.0));
  busy.end(at(0.3));
  CHECK(busy.share(at(1.0)) == doctest::Approx(0.3));
}
