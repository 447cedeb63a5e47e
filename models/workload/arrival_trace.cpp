// SPDX-License-Identifier: MIT
// Recorded arrival times, replayed once.
#include "models/workload/arrivals.hpp"

namespace models {
namespace {

class Trace final : public Arrivals {
 public:
  explicit Trace(const Load& load) : times_(load.trace_times) {}

  TimePoint next() override { return at_ < times_.size() ? TimePoint{times_[at_++]} : TimePoint::never(); }

 private:
  std::span<const double> times_;  // of the scenario, which outlives the simulation
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<Arrivals> make_trace(const Load& load) { return std::make_unique<Trace>(load); }

}  // namespace models
