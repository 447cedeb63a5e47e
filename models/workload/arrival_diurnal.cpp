// SPDX-License-Identifier: MIT
// Poisson with rate(t) = r (1 - a cos(2 pi t / day)), by thinning (Lewis and Shedler 1979): candidates at the highest
// rate, each kept with probability rate(t) / highest.
#include <cmath>
#include <numbers>

#include "models/workload/arrivals.hpp"

namespace models {
namespace {

class Diurnal final : public Arrivals {
 public:
  Diurnal(const Load& load, sim::Stream stream)
      : stream_(stream),
        highest_(load.open->per_second * (1.0 + load.amplitude.value)),
        amplitude_(load.amplitude.value),
        day_(load.day) {}

  TimePoint next() override {
    for (;;) {
      now_ = now_ + Duration{stream_.exponential() / highest_};
      const double phase = std::fmod(now_.seconds, day_.seconds) / day_.seconds;
      const double relative = (1.0 - amplitude_ * cosine_of_turn(phase)) / (1.0 + amplitude_);
      if (stream_.uniform() < relative) return now_;
    }
  }

 private:
  // cos(2 pi x) for x in [0, 1) by its Taylor series about the nearest of the four axis crossings, so that every
  // platform keeps and drops the same candidates.
  static double cosine_of_turn(double x) {
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

  sim::Stream stream_;
  double highest_;
  double amplitude_;
  Duration day_;
  TimePoint now_{};
};

}  // namespace

std::unique_ptr<Arrivals> make_diurnal(const Load& load, sim::Stream stream) {
  return std::make_unique<Diurnal>(load, stream);
}

}  // namespace models
