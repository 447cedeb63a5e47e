// SPDX-License-Identifier: MIT
#include "models/fields/quantity_text.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace {

using models::Kind;

std::optional<double> value(Kind kind, const std::string& text) {
  const auto parsed = models::parse_quantity(kind, text);
  const double* number = std::get_if<double>(&parsed);
  return number ? std::optional(*number) : std::nullopt;
}

std::string problem(Kind kind, const std::string& text) {
  const auto parsed = models::parse_quantity(kind, text);
  const auto* error = std::get_if<models::QuantityError>(&parsed);
  return error ? error->problem + "|" + error->remedy : "accepted";
}

}  // namespace

TEST_CASE("a quantity is its number in SI units, correctly rounded") {
  struct Case {
    Kind kind;
    const char* text;
    double expected;
  };
  const std::vector<Case> cases{
      {Kind::duration, "250ms", 0.25},
      {Kind::duration, "930us", 930e-6},
      {Kind::duration, "7ns", 7e-9},
      {Kind::duration, "1.5s", 1.5},
      {Kind::duration, "20 ms", 0.02},
      {Kind::duration, "2min", 120.0},
      {Kind::duration, "1h", 3600.0},
      {Kind::duration, "1d", 86400.0},
      {Kind::duration, "1e3ms", 1.0},
      {Kind::bytes, "512Mi", 512.0 * 1024 * 1024},
      {Kind::bytes, "512MiB", 512.0 * 1024 * 1024},
      {Kind::bytes, "1G", 1e9},
      {Kind::bytes, "1.5GB", 1.5e9},
      {Kind::bytes, "2kB", 2000.0},
      {Kind::bytes, "100B", 100.0},
      {Kind::bytes, "1Ti", 1099511627776.0},
      {Kind::rate, "300/s", 300.0},
      {Kind::rate, "90/min", 1.5},
      {Kind::rate, "3600/h", 1.0},
      {Kind::cores, "0.5", 0.5},
      {Kind::cores, "500m", 0.5},
      {Kind::cores, "2", 2.0},
      {Kind::fraction, "0.1%", 0.001},
      {Kind::fraction, "0.001", 0.001},
      {Kind::number, "-1.25e-2", -0.0125},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(value(c.kind, c.text) == c.expected);
  }
}

TEST_CASE("what is not a quantity of the closed list is refused with a remedy") {
  struct Case {
    Kind kind;
    const char* text;
    const char* expected;
  };
  const std::vector<Case> cases{
      {Kind::duration, "20", "needs a unit|write 20ms, not 20"},
      {Kind::bytes, "512", "needs a unit|write 512MiB, not 512"},
      {Kind::rate, "300", "needs a unit|write 300/s, not 300"},
      {Kind::duration, "0", "needs a unit|write 0ms, not 0"},
      {Kind::duration, "5sec", "has an unknown unit 'sec'|write 5s"},
      {Kind::duration, "5m", "has an unknown unit 'm'|use min for minutes or ms for milliseconds"},
      {Kind::duration, "5\xC2\xB5s", "has an unknown unit '\xC2\xB5s'|write 5us"},
      {Kind::bytes, "5KB", "has an unknown unit 'KB'|use kB for 1000 or KiB for 1024 bytes"},
      {Kind::bytes, "5m", "has an unknown unit 'm'|use M or Mi (m would be a thousandth of a byte)"},
      {Kind::rate, "5rps", "has an unknown unit 'rps'|write 5/s"},
      {Kind::duration, "5MiB", "must be a time such as 20ms, and 'MiB' is the unit of a size|"},
      {Kind::number, "5ms", "must be a number, and 'ms' is the unit of a time|"},
      {Kind::duration, "5parsec", "has an unknown unit 'parsec'|units are ns, us, ms, s, min, h, d"},
      {Kind::duration, "5  ms", "has an unknown unit ' ms'|units are ns, us, ms, s, min, h, d"},
      {Kind::duration, "soon", "must be a time such as 20ms, not 'soon'|"},
      {Kind::duration, "", "must be a time such as 20ms, not ''|"},
      {Kind::number, "010",
       "has a leading zero, which some readers take for octal: '010'|write it without the zero"},
      {Kind::number, "0x10", "must be a decimal number, not '0x10'|"},
      {Kind::number, "1_000", "must be a number without separators, not '1_000'|write 1000"},
      {Kind::number, "+5", "must be written without a plus sign, not '+5'|"},
      {Kind::number, ".5", "must begin with a digit, not '.5'|write 0 before the point"},
      {Kind::number, "nan", "must be a finite number, not 'nan'|"},
      {Kind::number, ".NaN", "must be a finite number, not '.NaN'|"},
      {Kind::number, "-.inf", "must be a finite number, not '-.inf'|"},
      {Kind::duration, "infinity", "must be a finite number, not 'infinity'|"},
      {Kind::number, "1e999", "is a number beyond all reason: '1e999'|"},
      {Kind::number, "5.", "must be a plain number, not '5.'|"},
      {Kind::number, "1e", "must be a plain number, not '1e'|"},
      {Kind::number, "--5", "must be a number, not '--5'|"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(problem(c.kind, c.text) == c.expected);
  }
}

TEST_CASE("a count is decimal digits and nothing else") {
  CHECK(std::get<models::Count>(models::parse_count("8")) == 8);
  CHECK(std::get<models::Count>(models::parse_count("0")) == 0);
  CHECK(std::get<models::Count>(models::parse_count("-3")) == -3);
  for (const char* text : {"010", "0x10", "1e3", "1_000", "8.0", "+8", "", "8 ", " 8", "eight",
                           "99999999999999999999", "0b1", "0o7", "1,000"}) {
    CAPTURE(text);
    CHECK(std::holds_alternative<models::QuantityError>(models::parse_count(text)));
  }
}

TEST_CASE("a range has two ends in order, and a unit at its end holds for both") {
  const auto ends = [](Kind kind, const char* text) {
    return std::get<models::Range>(models::parse_range(kind, text));
  };
  CHECK(ends(Kind::number, "1.03..1.15").low == 1.03);
  CHECK(ends(Kind::number, "1.03..1.15").high == 1.15);
  CHECK(ends(Kind::duration, "20us..30us").low == 20e-6);
  CHECK(ends(Kind::duration, "20..30us").low == 20e-6);
  CHECK(ends(Kind::duration, "900us..1ms").high == 0.001);
  CHECK(ends(Kind::number, "2").low == 2.0);
  CHECK(ends(Kind::number, "2").high == 2.0);
  for (const char* text : {"1..", "..1", "1...2", "2..1", "1..2..3", "1 .. 2", "1..0x2", "01..2"}) {
    CAPTURE(text);
    CHECK(std::holds_alternative<models::QuantityError>(models::parse_range(Kind::number, text)));
  }
}

TEST_CASE("a quantity is written in the unit that makes it shortest, and reads back") {
  CHECK(models::format_quantity(Kind::duration, 0.25) == "250ms");
  CHECK(models::format_quantity(Kind::duration, 930e-6) == "930us");
  CHECK(models::format_quantity(Kind::duration, 0.1) == "100ms");
  CHECK(models::format_quantity(Kind::duration, 86400.0) == "1d");
  CHECK(models::format_quantity(Kind::duration, 0.0) == "0s");
  CHECK(models::format_quantity(Kind::duration, 1e9) == "1000000000s");
  CHECK(models::format_quantity(Kind::bytes, 512.0 * 1024 * 1024) == "512MiB");
  CHECK(models::format_quantity(Kind::bytes, 1e9) == "1GB");
  CHECK(models::format_quantity(Kind::bytes, 1234567.0) == "1234567B");
  CHECK(models::format_quantity(Kind::rate, 300.0) == "300/s");
  CHECK(models::format_quantity(Kind::fraction, 0.001) == "0.1%");
  CHECK(models::format_quantity(Kind::count, 9007199254740991.0) == "9007199254740991");
  for (const Kind kind :
       {Kind::duration, Kind::bytes, Kind::rate, Kind::cores, Kind::fraction, Kind::number}) {
    for (double magnitude = 1e-6; magnitude < 1e9; magnitude *= 3.7) {
      const std::string text = models::format_quantity(kind, magnitude);
      CAPTURE(text);
      const auto read = value(kind, text);
      REQUIRE(read);
      CHECK(std::abs(*read - magnitude) <= 1e-11 * magnitude);
    }
  }
}

TEST_CASE("the pattern of the schema accepts what the reader accepts") {
  const std::vector<const char*> texts{
      "20ms", "20 ms", "20",  "0.5",   "500m", "300/s", "512Mi",      "1.03..1.15", "20..30us", "010",
      "0.1%", "5sec",  "-1s", "1e3ms", "",     "5KB",   "20us..30us", "1.",         "ms"};
  for (const Kind kind :
       {Kind::duration, Kind::bytes, Kind::rate, Kind::cores, Kind::fraction, Kind::number}) {
    const std::regex single(models::quantity_pattern(kind, false));
    const std::regex range(models::quantity_pattern(kind, true));
    for (const char* text : texts) {
      CAPTURE(text);
      CAPTURE(static_cast<int>(kind));
      CHECK(std::regex_match(text, single) == value(kind, text).has_value());
      CHECK(std::regex_match(text, range) ==
            std::holds_alternative<models::Range>(models::parse_range(kind, text)));
    }
  }
}
