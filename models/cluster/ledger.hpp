// SPDX-License-Identifier: MIT
// Counts every request once: arrived = completed + refused + timed out + killed + in flight. Checks Little's law as an
// identity: the time integral of requests in the system equals the sum over requests of the time they spent in it,
// both cut to the observed window.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/runtime/request.hpp"
#include "sim/core/simulation.hpp"
#include "sim/stats/quantiles.hpp"
#include "sim/stats/tally.hpp"
#include "sim/stats/time_average.hpp"

namespace models {

class Ledger {
 public:
  explicit Ledger(sim::Simulation& simulation) : simulation_(simulation) {}

  void arrive() {
    ++arrived_;
    ++in_system_now_;
    in_system_.add(simulation_.now(), 1.0);
  }
  // A request that arrived at `issued` leaves the system. `request` is its last attempt.
  void leave(TimePoint issued, Outcome outcome, const Request& request);

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
  std::int64_t in_system() const { return in_system_now_; }
  std::int64_t in_system_at_open() const { return in_system_at_open_; }
  TimePoint last_departure() const { return last_departure_; }

  const sim::Quantiles& latency() const { return latency_; }
  const sim::Tally& latency_tally() const { return latency_tally_; }
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
  std::int64_t in_system_now_ = 0;
  std::int64_t in_system_at_open_ = 0;
  sim::TimeAverage in_system_;
  Duration time_in_system_;
  sim::Quantiles latency_;
  sim::Tally latency_tally_;
  Duration lock_wait_;
  Duration worker_wait_;
  Duration pool_wait_;
  bool keeps_latencies_ = false;
  std::vector<double> latencies_;
  std::vector<double> completion_times_;
};

}  // namespace models
