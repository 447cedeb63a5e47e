// SPDX-License-Identifier: MIT
#include "models/cluster/ledger.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace models {

[[gnu::noinline]] void Ledger::keep(double latency) {
  latencies_.push_back(latency);
  completion_times_.push_back(simulation_.now().seconds);
}

std::uint64_t Ledger::left() const { return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}); }

void Ledger::open_window() {
  opened_ = simulation_.now();
  counts_.fill(0);
  arrived_ = 0;
  in_system_at_open_ = in_system();
  in_system_.reset(opened_);
  time_in_system_ = {};
  latency_.clear();
  latency_mean_ = 0.0;
  lock_wait_ = worker_wait_ = pool_wait_ = {};
}

void Ledger::close_window(const std::vector<TimePoint>& in_flight) {
  const TimePoint now = simulation_.now();
  const std::int64_t balance =
      in_system_at_open_ + static_cast<std::int64_t>(arrived_) - static_cast<std::int64_t>(left());
  SIM_CHECK(simulation_, balance == in_system() && balance == static_cast<std::int64_t>(in_flight.size()),
            "a request is lost: arrived is not completed + refused + timed out + killed + in flight");
  if (now == opened_) return;
  Duration sum = time_in_system_;
  for (const TimePoint issued : in_flight) sum += now - std::max(issued, opened_);
  const double integral = in_system_.mean(now) * (now - opened_).seconds;
  SIM_CHECK(simulation_, std::abs(integral - sum.seconds) <= 1e-6 * std::max(integral, sum.seconds) + 1e-9,
            "Little's law is broken: time integral and sum over requests differ");
}

}  // namespace models
