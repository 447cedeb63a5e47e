// SPDX-License-Identifier: MIT
#include "models/fleet/day_load.hpp"

#include <doctest/doctest.h>

using models::ArrivalProcess;
using models::Autoscale;
using models::DayLoad;
using models::Duration;
using models::Load;
using models::Rate;

TEST_CASE("without anything else a day has the constant rate of the load") {
  Load load;
  load.open = Rate{300.0};
  const DayLoad day(load, {});
  CHECK(day.length() == Duration{86400.0});
  CHECK(day.repeats());
  CHECK(day.rate(Duration{0.0}) == 300.0);
  CHECK(day.rate(Duration{50000.0}) == 300.0);
}

// rate(t) = 100 (1 - 0.5 cos(2 pi t / 1000)): 50, 100, 150, 100.
TEST_CASE("a diurnal load is the day") {
  Load load;
  load.open = Rate{100.0};
  load.arrivals = ArrivalProcess::diurnal;
  load.amplitude = {0.5};
  load.day = Duration{1000.0};
  const DayLoad day(load, {});
  CHECK(day.length() == Duration{1000.0});
  CHECK(day.rate(Duration{0.0}) == doctest::Approx(50.0));
  CHECK(day.rate(Duration{250.0}) == doctest::Approx(100.0));
  CHECK(day.rate(Duration{500.0}) == doctest::Approx(150.0));
  CHECK(day.rate(Duration{1000.0}) == doctest::Approx(50.0));
}

// From 900/s at 20 h to 100/s at 4 h of the next day: 8 hours, so midnight is half way.
TEST_CASE("points of a day are joined by lines, the last with the first of the next day") {
  Autoscale autoscale;
  autoscale.day = {{Duration{4 * 3600.0}, {100.0}}, {Duration{12 * 3600.0}, {500.0}}, {Duration{20 * 3600.0}, {900.0}}};
  const DayLoad day({}, autoscale);
  CHECK(day.length() == Duration{86400.0});
  CHECK(day.rate(Duration{0.0}) == doctest::Approx(500.0));
  CHECK(day.rate(Duration{86400.0}) == doctest::Approx(500.0));
  CHECK(day.rate(Duration{4 * 3600.0}) == doctest::Approx(100.0));
  CHECK(day.rate(Duration{8 * 3600.0}) == doctest::Approx(300.0));
  CHECK(day.rate(Duration{22 * 3600.0}) == doctest::Approx(700.0));
}

TEST_CASE("a point at midnight is where the day ends, too") {
  Autoscale autoscale;
  autoscale.day = {{Duration{0.0}, {100.0}}, {Duration{12 * 3600.0}, {700.0}}};
  const DayLoad day({}, autoscale);
  CHECK(day.rate(Duration{86400.0}) == doctest::Approx(100.0));
  CHECK(day.rate(Duration{18 * 3600.0}) == doctest::Approx(400.0));
}

TEST_CASE("a trace ends with its last point and does not repeat") {
  Autoscale autoscale;
  autoscale.trace = "monday.csv";
  autoscale.trace_points = {{Duration{10.0}, {5.0}}, {Duration{20.0}, {15.0}}, {Duration{20.0}, {40.0}}, {Duration{60.0}, {40.0}}};
  const DayLoad day({}, autoscale);
  CHECK(day.length() == Duration{60.0});
  CHECK_FALSE(day.repeats());
  CHECK(day.rate(Duration{0.0}) == 5.0);
  CHECK(day.rate(Duration{15.0}) == doctest::Approx(10.0));
  CHECK(day.rate(Duration{20.0}) == 40.0);  // a step
  CHECK(day.rate(Duration{60.0}) == 40.0);
}
