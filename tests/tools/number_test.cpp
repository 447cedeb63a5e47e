// SPDX-License-Identifier: MIT
#include "tools/report/number.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "tests/tools/sample.hpp"

using report::format_estimate;
using report::format_setting;
using report::format_value;

TEST_CASE("a number is shown with three significant digits in the unit that keeps it short") {
  CHECK(format_value(0.0123456, "s") == "12.3ms");
  CHECK(format_value(0.150, "s") == "150ms");
  CHECK(format_value(1.0, "s") == "1.00s");
  CHECK(format_value(95.5e-6, "s") == "95.5us");
  CHECK(format_value(3.2e-9, "s") == "3.20ns");
  CHECK(format_value(1994.0, "1/s") == "1990/s");
  CHECK(format_value(233.4, "1/s") == "233/s");
  CHECK(format_value(310.0 * 1048576.0, "bytes") == "310MiB");
  CHECK(format_value(1.5 * 1073741824.0, "bytes") == "1.50GiB");
  CHECK(format_value(0.0123, "1") == "1.23%");
  CHECK(format_value(1.8249, "cores") == "1.82");
  CHECK(format_value(3.0, "count") == "3");
  CHECK(format_value(0.4, "count") == "0.400");
}

TEST_CASE("rounding up to the next unit takes that unit") {
  CHECK(format_value(999.9e-6, "s") == "1.00ms");
  CHECK(format_value(0.9996, "s") == "1.00s");
  CHECK(format_value(9.995, "cores") == "9.99");  // the nearest double lies below the tie
  CHECK(format_value(99.96, "1/s") == "100/s");
}

TEST_CASE("what is not a number is a dash and zero has no unit") {
  CHECK(format_value(std::numeric_limits<double>::quiet_NaN(), "s") == "-");
  CHECK(format_value(0.0, "s") == "0");
  CHECK(format_estimate(sample::nothing(), "s") == "-");
}

TEST_CASE("a half width is shown where it is above five percent, with the decimals of its mean") {
  CHECK(format_estimate(sample::point(233.0, 11.0), "1/s") == "233/s");
  CHECK(format_estimate(sample::point(233.0, 12.0), "1/s") == "233±12/s");
  CHECK(format_estimate(sample::point(0.0123, 0.0019), "s") == "12.3±1.9ms");
  CHECK(format_estimate(sample::point(0.0, 2.0), "1/s") == "0±2.00/s");
  CHECK(format_estimate(sample::point(233.0, std::numeric_limits<double>::infinity()), "1/s") == "233/s");
}

TEST_CASE("a range is shown by its ends in one unit, in ascending order") {
  CHECK(format_estimate(sample::range(0.150, 0.230), "s") == "150..230ms");
  CHECK(format_estimate(sample::range(118.0, 101.0), "1/s") == "101..118/s");
  CHECK(format_estimate(sample::range(0.0005, 0.0023), "s") == "0.500..2.30ms");
  CHECK(format_estimate(sample::range(100.0, 100.1), "1/s") == "100/s");
}

TEST_CASE("a setting is shown as the user wrote it") {
  CHECK(format_setting(0.02, "1") == "2%");
  CHECK(format_setting(0.25, "s") == "250ms");
  CHECK(format_setting(1234.0, "1/s") == "1234/s");
}
