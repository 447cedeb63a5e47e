// SPDX-License-Identifier: MIT
#include "tools/profiler/fit_report.hpp"

#include <doctest/doctest.h>

TEST_CASE("A lock is claimed only where threads could have shown that there is none") {
  models::Fitted fitted;
  fitted.server = "uvicorn";
  fitted.lock = true;
  fitted.lock_shows = false;
  fitted.candidates = {{"uvicorn", true, 10.0}, {"gunicorn_sync", true, 25.0}};
  CHECK(profiler::recognised(fitted) ==
        "single threads, with which no interpreter lock would show, server like uvicorn "
        "(next best: gunicorn_sync, 2.5 times the misfit)");
  fitted.lock_shows = true;
  fitted.candidates = {{"gunicorn_gthread", true, 10.0}};  // both are stated
  fitted.server = "gunicorn_gthread";
  CHECK(profiler::recognised(fitted) == "interpreter lock, server like gunicorn_gthread");
  fitted.candidates = {{"granian", true, 10.0}, {"native_threads", false, 15.0}};
  fitted.server = "granian";
  CHECK(
      profiler::recognised(fitted) ==
      "interpreter lock, server like granian (next best: native_threads without lock, 1.5 times the misfit)");
  fitted.candidates = {{"native_threads", false, 10.0}, {"granian", true, 9.0}};
  fitted.server = "native_threads";
  fitted.lock = false;
  CHECK(profiler::recognised(fitted) ==
        "no interpreter lock, server like native_threads (granian with lock fits as well, with more assumptions)");
}

TEST_CASE("A probe is shown by its name, without the instant of its first run") {
  models::Fitted fitted;
  fitted.residuals = {{"search: floor @20260101T120000.123456", "throughput", 10.0, 11.0, 0.02}};
  const std::string text = profiler::fit_report_text(fitted);
  CHECK(text.find("search: floor  throughput") != std::string::npos);
  CHECK(text.find('@') == std::string::npos);
}
