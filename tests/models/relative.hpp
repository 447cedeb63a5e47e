// SPDX-License-Identifier: MIT
// doctest's Approx adds one to the scale of what it compares, so that a millisecond given in seconds is "approximately"
// anything below its epsilon. This one is relative to the values alone.
#pragma once

#include <doctest/doctest.h>

namespace built {

inline doctest::Approx relative(double value, double tolerance) {
  return doctest::Approx(value).scale(0.0).epsilon(tolerance);
}

}  // namespace built
