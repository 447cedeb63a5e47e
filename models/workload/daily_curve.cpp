// SPDX-License-Identifier: MIT
#include "models/workload/daily_curve.hpp"

#include <cmath>
#include <numbers>

namespace models {
namespace {

// cos(2 pi x) for x in [0, 1) by its Taylor series about the nearest of the four axis crossings, so that every
// platform gets the same bits.
double cosine_of_turn(double x) {
  const double quarter = std::floor(4.0 * x + 0.5);
  const double angle = (x - 0.25 * quarter) * 2.0 * std::numbers::pi;
  const double s = angle * angle;
  const double cosine = 1.0 - s / 2 * (1.0 - s / 12 * (1.0 - s / 30 * (1.0 - s / 56 * (1.0 - s / 90 * (1.0 - s / 132)))));
  const double sine =
      angle * (1.0 - s / 6 * (1.0 - s / 20 * (1.0 - s / 42 * (1.0 - s / 72 * (1.0 - s / 110 * (1.0 - s / 156))))));
  switch (static_cast<int>(quarter) % 4) {
    case 0: return cosine;
    case 1: return -sine;
    case 2: return -cosine;
    default: return sine;
  }
}

}  // namespace

double share_of_peak(const Load& load, Duration since_midnight) {
  const double phase = std::fmod(since_midnight.seconds, load.day.seconds) / load.day.seconds;
  return (1.0 - load.amplitude.value * cosine_of_turn(phase)) / (1.0 + load.amplitude.value);
}

}  // namespace models
