// SPDX-License-Identifier: MIT
// How a replica behaves at each load, by simulation: a dozen loads from next to nothing to its capacity, all with the
// same random numbers. Between two loads everything is linear.
// A balancer that is not random evens out what each replica gets, so that it serves better than one alone: then several
// replicas are simulated, each on a node of its own, and stand for one. Their number is that of the day's mean load.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/cluster/trial.hpp"

namespace models {

// The promises on latency that a request can break by itself.
inline constexpr std::array<double, 3> promised_quantiles{0.5, 0.95, 0.99};
std::array<std::optional<Duration>, 3> promised_latencies(const Slo& slo);

struct ReplicaState {
  double load = 0.0;                 // requests/s that arrive
  double cores = 0.0;                // CPU used
  double lost = 0.0;                 // share of the requests
  double latency = 0.0;              // mean of those completed, s
  std::array<double, 3> above{};     // share of those completed that are slower than each promise
};

class ReplicaCurve {
 public:
  // `states`: at least one, by ascending load, none above `capacity`. That is what a replica with a queue completes in a
  // second, on `busy_cores`: more than the last state's where a queue costs CPU of its own (hand-overs of a lock).
  ReplicaCurve(std::vector<ReplicaState> states, double capacity, double busy_cores);

  double capacity() const { return capacity_; }
  double busy_cores() const { return busy_cores_; }
  // Steady state; above the last load it is the last one's.
  ReplicaState at(double load) const;

 private:
  std::vector<ReplicaState> states_;
  double capacity_;
  double busy_cores_;
};

// Simulates. `one`: whatever its load, Poisson arrivals are put in its place. `mean_load`: of the whole service over the
// use that replicas are kept at. Nothing when interrupted.
std::optional<ReplicaCurve> replica_curve(TrialParameters one, double mean_load, std::uint64_t replication,
                                          const Effort& effort);

// From the start of a container until all its workers serve: the spawn CPU of its processes shares the container's CPU.
struct StartUp {
  Duration time;
  double cores = 0.0;                // CPU used meanwhile
};
StartUp start_up(const TrialParameters& one, std::uint64_t replication);

}  // namespace models
