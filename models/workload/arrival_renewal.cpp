// SPDX-License-Identifier: MIT
// Renewal processes: independent, equally distributed times between arrivals.
#include "models/workload/arrivals.hpp"

namespace models {
namespace {

template <class Gap>
class Renewal final : public Arrivals {
 public:
  Renewal(sim::Stream stream, Gap gap) : stream_(stream), gap_(gap) {}

  TimePoint next() override {
    last_ = last_ + gap_(stream_);
    return last_;
  }

 private:
  sim::Stream stream_;
  Gap gap_;
  TimePoint last_{};
};

template <class Gap>
std::unique_ptr<Arrivals> renewal(sim::Stream stream, Gap gap) {
  return std::make_unique<Renewal<Gap>>(stream, gap);
}

}  // namespace

std::unique_ptr<Arrivals> make_poisson(const Load& load, sim::Stream stream) {
  const double mean = 1.0 / load.open->per_second;
  return renewal(stream, [mean](sim::Stream& s) { return Duration{mean * s.exponential()}; });
}

std::unique_ptr<Arrivals> make_deterministic(const Load& load, sim::Stream stream) {
  const double mean = 1.0 / load.open->per_second;
  return renewal(stream, [mean](sim::Stream&) { return Duration{mean}; });
}

std::unique_ptr<Arrivals> make_gamma(const Load& load, sim::Stream stream) {
  const double shape = 1.0 / load.scv;
  const double scale = load.scv / load.open->per_second;
  return renewal(stream, [shape, scale](sim::Stream& s) { return Duration{scale * s.gamma(shape)}; });
}

}  // namespace models
