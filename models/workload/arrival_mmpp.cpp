// SPDX-License-Identifier: MIT
// Markov-modulated Poisson process with two states. With burst share b = length / every and factor f the calm rate
// is r / (1 + b (f - 1)), so that the mean over both states is r.
#include "models/workload/arrivals.hpp"

namespace models {
namespace {

class Mmpp final : public Arrivals {
 public:
  Mmpp(const Load& load, sim::Stream stream)
      : stream_(stream), burst_mean_(load.burst_length), calm_mean_(load.burst_every - load.burst_length) {
    const double share = load.burst_length / load.burst_every;
    calm_rate_ = load.open->per_second / (1.0 + share * (load.burst_factor.value - 1.0));
    burst_rate_ = calm_rate_ * load.burst_factor.value;
    in_burst_ = stream_.uniform() < share;
    state_end_ = TimePoint{} + mean_of_state() * stream_.exponential();
  }

  TimePoint next() override {
    for (;;) {
      const double rate = in_burst_ ? burst_rate_ : calm_rate_;
      const TimePoint candidate = now_ + Duration{stream_.exponential() / rate};
      if (candidate < state_end_) return now_ = candidate;
      // The exponential has no memory: what is left of the gap is drawn anew at the next state's rate.
      now_ = state_end_;
      in_burst_ = !in_burst_;
      state_end_ = now_ + mean_of_state() * stream_.exponential();
    }
  }

 private:
  Duration mean_of_state() const { return in_burst_ ? burst_mean_ : calm_mean_; }

  sim::Stream stream_;
  Duration burst_mean_;
  Duration calm_mean_;
  double calm_rate_ = 0.0;
  double burst_rate_ = 0.0;
  bool in_burst_ = false;
  TimePoint now_{};
  TimePoint state_end_{};
};

}  // namespace

std::unique_ptr<Arrivals> make_mmpp(const Load& load, sim::Stream stream) {
  return std::make_unique<Mmpp>(load, stream);
}

}  // namespace models
