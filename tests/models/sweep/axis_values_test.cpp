// SPDX-License-Identifier: MIT
#include "models/sweep/axis_values.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

using models::AxisValues;
using models::TextError;

namespace {

AxisValues values(const std::string& text) {
  auto parsed = AxisValues::parse(text);
  REQUIRE_MESSAGE(std::holds_alternative<AxisValues>(parsed), text);
  return std::get<AxisValues>(std::move(parsed));
}

std::string all(const std::string& text) {
  const AxisValues axis = values(text);
  std::string joined;
  for (std::size_t i = 0; i < axis.size(); ++i) {
    if (i > 0) joined += ' ';
    joined += axis.at(i);
  }
  return joined;
}

TextError error(const std::string& text) {
  const auto parsed = AxisValues::parse(text);
  REQUIRE_MESSAGE(std::holds_alternative<TextError>(parsed), text);
  return std::get<TextError>(parsed);
}

}  // namespace

TEST_CASE("lists keep their values as they are written") {
  CHECK(all("1,2,4") == "1 2 4");
  CHECK(all("20ms") == "20ms");
  CHECK(all("gunicorn_sync, gunicorn_gthread") == "gunicorn_sync gunicorn_gthread");
  CHECK(all("[5, 3],[4, 4]") == "[5, 3] [4, 4]");
  CHECK(all("1.0..1.1,1.2..1.3") == "1.0..1.1 1.2..1.3");
}

TEST_CASE("ranges have every value up to the upper end, decimal steps exactly") {
  CHECK(all("1..4") == "1 2 3 4");
  CHECK(all("1..16 by 3") == "1 4 7 10 13 16");
  CHECK(all("1..15 by 3") == "1 4 7 10 13");
  CHECK(all("10ms..40ms by 10ms") == "10ms 20ms 30ms 40ms");
  CHECK(all("10..40ms by 10") == "10ms 20ms 30ms 40ms");
  CHECK(all("100..300/s by 100/s") == "100/s 200/s 300/s");
  CHECK(all("0.1..0.5 by 0.1") == "0.1 0.2 0.3 0.4 0.5");
  CHECK(all("0.5..2 by 0.5") == "0.5 1 1.5 2");
  CHECK(all("1..1.5 by 0.25") == "1 1.25 1.5");
}

TEST_CASE("logarithmic ranges double, or grow by their factor") {
  CHECK(all("log 1..64") == "1 2 4 8 16 32 64");
  CHECK(all("log 1..100") == "1 2 4 8 16 32 64");
  CHECK(all("log 1..1000 by 10") == "1 10 100 1000");
  CHECK(all("log 0.1..10/s by 10") == "0.1/s 1/s 10/s");
  CHECK(all("log 64Mi..256Mi") == "64Mi 128Mi 256Mi");
}

TEST_CASE("a range of a million values is not stored") {
  const AxisValues axis = values("1..1000000");
  CHECK(axis.size() == 1'000'000);
  CHECK(axis.at(999'999) == "1000000");
}

TEST_CASE("errors point at what is wrong") {
  CHECK(error("1,,2").offset == 2);
  CHECK(error("1,2,").problem.find("missing") != std::string::npos);
  CHECK(error("1,2,1").offset == 4);
  CHECK(error("16..1").remedy == "write the smaller end first");
  CHECK(error("1..x").offset == 3);
  CHECK(error("1..16 by 0").offset == 9);
  CHECK(error("1..16 by 0").length == 1);
  CHECK(error("5ms..4s").problem.find("same unit") != std::string::npos);
  CHECK(error("10ms..40ms by 1s").problem.find("no step") != std::string::npos);
  CHECK(error("log 0..8").problem.find("above zero") != std::string::npos);
  CHECK(error("log 1..8 by 1").problem.find("no factor above 1") != std::string::npos);
  CHECK(error("log 3").problem.find("no range") != std::string::npos);
  CHECK(error("1.03..1.15").problem.find("one value only") != std::string::npos);
}

TEST_CASE("samples: equal shares of a list, uniform in a range, whole numbers where they must be") {
  const AxisValues list = values("a,b,c,d");
  CHECK(list.sample(0.0, false) == "a");
  CHECK(list.sample(0.2499, false) == "a");
  CHECK(list.sample(0.25, false) == "b");
  CHECK(list.sample(0.9999, false) == "d");
  const AxisValues range = values("10..20/s");
  CHECK(range.continuous());
  CHECK(range.sample(0.0, false) == "10/s");
  CHECK(range.sample(0.25, false) == "12.5/s");
  CHECK_FALSE(values("10..20 by 5").continuous());
  CHECK(values("10..20 by 5").sample(0.5, false) == "15");
  // Each of 1, 2, 3 and 4 has a quarter.
  const AxisValues whole = values("1..4");
  for (int i = 0; i < 400; ++i) {
    CHECK(whole.sample(i / 400.0, true) == std::to_string(1 + i / 100));
  }
  // log 1..100: 10 is the middle.
  CHECK(std::abs(std::atof(values("log 1..100").sample(0.5, false).c_str()) - 10.0) < 1e-9);
  CHECK(values("log 1..100").sample(0.0, true) == "1");
  CHECK(values("log 1..100").sample(0.999999, true) == "100");
}
