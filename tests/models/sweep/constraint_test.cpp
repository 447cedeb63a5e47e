// SPDX-License-Identifier: MIT
#include "models/sweep/constraint.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <variant>
#include <vector>

using models::Constraint;
using models::TextError;

namespace {

const std::vector<std::string> paths{"deployments.api.processes", "deployments.api.threads",
                                     "container.limits.memory", "deployments.gthread-2x8.threads",
                                     "service.load"};

bool holds(const std::string& text, const std::vector<double>& values) {
  const auto parsed = Constraint::parse(text, paths);
  REQUIRE_MESSAGE(std::holds_alternative<Constraint>(parsed), text);
  return std::get<Constraint>(parsed).holds(values);
}

TextError error(const std::string& text) {
  const auto parsed = Constraint::parse(text, paths);
  REQUIRE_MESSAGE(std::holds_alternative<TextError>(parsed), text);
  return std::get<TextError>(parsed);
}

}  // namespace

TEST_CASE("arithmetic and comparisons mean what they say") {
  const std::vector<double> at{4, 16, 1073741824.0, 8, 300};
  CHECK(holds("processes * api.threads <= 64", at));
  CHECK_FALSE(holds("processes*api.threads < 64", at));
  CHECK(holds("processes + 2*api.threads - 1 == 35", at));
  CHECK(holds("2 + 3 * 4 == 14", at));
  CHECK(holds("(2 + 3) * 4 == 20", at));
  CHECK(holds("20 - 5 - 5 == 10", at));
  CHECK(holds("64 / processes / 4 == 4", at));
  CHECK(holds("processes != 5", at));
  CHECK(holds("api.threads >= 16", at));
  CHECK(holds("api.threads > 15.5", at));
}

TEST_CASE("numbers carry units and are compared in SI units") {
  const std::vector<double> at{4, 16, 1073741824.0, 8, 300};
  CHECK(holds("memory >= 1Gi", at));
  CHECK(holds("memory == 512Mi + 128Mi*processes", at));
  CHECK(holds("load <= 300/s", at));
  CHECK(holds("load == 18000/min", at));
  CHECK(holds("1000ms == 1s", at));
  CHECK(holds("50% == 0.5", at));
}

TEST_CASE("a parameter is named by its path or by an end of it that is its own") {
  const std::vector<double> at{4, 16, 0, 8, 0};
  CHECK(holds("deployments.api.processes == 4", at));
  CHECK(holds("processes == 4", at));
  CHECK(holds("gthread-2x8.threads == 8", at));
  CHECK(error("threads <= 4").problem.find("several") != std::string::npos);
  CHECK(error("threads <= 4").remedy.find("deployments.api.threads or deployments.gthread-2x8.threads") !=
        std::string::npos);
  // rocesses ends the path too, but not at a dot.
  CHECK(error("rocesses <= 4").remedy == "did you mean 'processes'?");
}

TEST_CASE("errors point at what is wrong") {
  CHECK(error("proceses <= 4").remedy == "did you mean 'processes'?");
  CHECK(error("2*proceses <= 4").offset == 2);
  CHECK(error("2*proceses <= 4").length == 8);
  CHECK(error("processes").problem.find("comparison is missing") != std::string::npos);
  CHECK(error("processes <= 4 <= 5").offset == 15);
  CHECK(error("processes <= ").problem.find("missing") != std::string::npos);
  CHECK(error("(processes <= 4").problem.find("never closed") != std::string::npos);
  CHECK(error("processes <= 4furlongs").problem.find("'4furlongs' is no number") != std::string::npos);
  CHECK(error("").problem.find("missing") != std::string::npos);
  CHECK(error(std::string(1000, '(')).problem.find("too deep") != std::string::npos);
}
