// SPDX-License-Identifier: MIT
// Counts every request once: arrived = completed + refused + timed out + killed + in flight. Checks Little's law as an
// identity: the time integral of requests in the system equals the sum over requests of the time they spent in it,
// both cut to the observed window.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/runtime/request.hpp"
#include "sim/core/simulation.hpp"
#include "sim/stats/quantiles.hpp"
#include "sim/stats/time_average.hpp"

namespace models {

class Ledger {
 public:
  explicit Ledger(sim::Simulation& simulation) : simulation_(simulation) {}

  void arrive(TimePoint now) {
    ++arrived_;
    in_system_.add(now, 1.0);
  }
  // A request that arrived at `issued` leaves the system. `request` is its last attempt. Inlined, because the
  // coroutines that call it have saved all registers that it needs.
  [[gnu::always_inline]] inline void leave(TimePoint issued, Outcome outcome, const Request& request);

  // Starts the observed window now.
  void open_window();
  // Ends it: closes the books against the requests still in flight, whose arrival times these are.
  void close_window(const std::vector<TimePoint>& in_flight);

  // Keeps the latency of each completed request, in order of completion, for the pilot.
  void keep_latencies() { keeps_latencies_ = true; }
  const std::vector<double>& latencies() const { return latencies_; }
  const std::vector<double>& completion_times() const { return completion_times_; }

  std::uint64_t count(Outcome outcome) const { return counts_[static_cast<std::size_t>(outcome)]; }
  std::uint64_t left() const;
  std::uint64_t arrived() const { return arrived_; }
  std::int64_t in_system() const { return static_cast<std::int64_t>(in_system_.value()); }
  std::int64_t in_system_at_open() const { return in_system_at_open_; }
  TimePoint last_departure() const { return last_departure_; }

  const sim::Quantiles& latency() const { return latency_; }
  // NaN without a completed request.
  double latency_mean() const {
    return latency_.count() > 0 ? latency_mean_ : std::numeric_limits<double>::quiet_NaN();
  }
  Duration lock_wait() const { return lock_wait_; }
  Duration worker_wait() const { return worker_wait_; }
  Duration pool_wait() const { return pool_wait_; }

 private:
  void keep(double latency);

  sim::Simulation& simulation_;
  TimePoint opened_;
  TimePoint last_departure_;
  std::array<std::uint64_t, 5> counts_{};
  std::uint64_t arrived_ = 0;
  std::int64_t in_system_at_open_ = 0;
  sim::TimeMean in_system_;
  Duration time_in_system_;
  sim::Quantiles latency_;
  double latency_mean_ = 0.0;
  Duration lock_wait_;
  Duration worker_wait_;
  Duration pool_wait_;
  bool keeps_latencies_ = false;
  std::vector<double> latencies_;
  std::vector<double> completion_times_;
};

inline void Ledger::leave(TimePoint issued, Outcome outcome, const Request& request) {
  const TimePoint now = simulation_.now();
  const std::uint64_t count = ++counts_[static_cast<std::size_t>(outcome)];
  in_system_.add(now, -1.0);
  time_in_system_ += now - std::max(issued, opened_);
  last_departure_ = now;
  if (outcome != Outcome::completed) return;
  const double latency = (now - issued).seconds;
  latency_.add(latency);
  // Welford's recurrence: the mean of equal latencies is exactly theirs. Signed on its way, because that is what
  // processors convert at once.
  latency_mean_ += (latency - latency_mean_) / static_cast<double>(static_cast<std::int64_t>(count));
  lock_wait_ += request.lock_wait;
  worker_wait_ += request.worker_wait;
  pool_wait_ += request.pool_wait;
  if (keeps_latencies_) [[unlikely]]
    keep(latency);
}

}  // namespace models
