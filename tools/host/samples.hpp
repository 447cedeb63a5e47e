// SPDX-License-Identifier: MIT
// What interleaved rounds gave for one quantity, and its quartiles.
#pragma once

#include <vector>

#include "models/fields/quantity.hpp"

namespace host {

using Samples = std::vector<double>;

struct Quartiles {
  double low = 0.0;
  double median = 0.0;
  double high = 0.0;
};

// Linear interpolation between the order statistics; all zero without samples.
Quartiles quartiles(Samples samples);

// To so many significant digits: nobody needs more, and files stay readable.
double rounded(double value, int digits = 4);

// The median as a measured number, the quartiles as its range; assumed zero without samples.
template <class T>
models::Measured<T> as_measured(const Samples& samples) {
  if (samples.empty()) return models::assumed(T{0.0});
  const Quartiles q = quartiles(samples);
  return {T{rounded(q.median)}, T{rounded(q.low)}, T{rounded(q.high)}, models::Basis::measured, {}};
}

}  // namespace host
