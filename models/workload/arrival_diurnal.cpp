// SPDX-License-Identifier: MIT
// Poisson with the daily curve as its rate, by thinning (Lewis and Shedler 1979): candidates at the highest rate, each
// kept with probability rate(t) / highest.
#include "models/workload/arrivals.hpp"
#include "models/workload/daily_curve.hpp"

namespace models {
namespace {

class Diurnal final : public Arrivals {
 public:
  Diurnal(const Load& load, sim::Stream stream)
      : stream_(stream), load_(load), highest_(load.open->per_second * (1.0 + load.amplitude.value)) {}

  TimePoint next() override {
    for (;;) {
      now_ = now_ + Duration{stream_.exponential() / highest_};
      if (stream_.uniform() < share_of_peak(load_, now_ - TimePoint{})) return now_;
    }
  }

 private:
  sim::Stream stream_;
  Load load_;
  double highest_;
  TimePoint now_{};
};

}  // namespace

std::unique_ptr<Arrivals> make_diurnal(const Load& load, sim::Stream stream) {
  return std::make_unique<Diurnal>(load, stream);
}

}  // namespace models
