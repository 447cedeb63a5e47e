// SPDX-License-Identifier: MIT
#include "tools/profiler/fit_intervals.hpp"

#include <doctest/doctest.h>

#include "models/calibration/fit.hpp"
#include "tools/profiler/fit_report.hpp"

TEST_CASE("The intervals of a fit are read back from its report; a number without one is left out") {
  models::Fitted fitted;
  fitted.candidates.push_back({"gunicorn_sync", true, 1.0});
  fitted.parameters.push_back({"lock.handover_cpu", 20e-6, 15e-6, 26e-6, models::Basis::measured, {}});
  fitted.parameters.push_back({"memory.process", 4e7, 0.0, 0.0, models::Basis::measured, {}});
  const profiler::FitIntervals read = profiler::fit_intervals(profiler::fit_report_json(fitted));
  CHECK(read.problem.empty());
  REQUIRE(read.intervals.size() == 1);
  CHECK(read.intervals[0].path == "lock.handover_cpu");
  CHECK(read.intervals[0].low == 15e-6);
  CHECK(read.intervals[0].high == 26e-6);
}

TEST_CASE("What is no report of a fit is refused") {
  for (const char* text :
       {"", "[]", "{}", "{\"parameters\": 3}", "{\"parameters\": [3]}", "{\"parameters\": [{\"path\": 3}]}",
        "{\"parameters\": [{\"path\": \"a\", \"interval_95\": [1]}]}",
        "{\"parameters\": [{\"path\": \"a\", \"interval_95\": [1, \"2\"]}]}",
        "{\"parameters\": [{\"path\": \"a\""}) {
    CAPTURE(text);
    CHECK_FALSE(profiler::fit_intervals(text).problem.empty());
    CHECK(profiler::fit_intervals(text).intervals.empty());
  }
}
