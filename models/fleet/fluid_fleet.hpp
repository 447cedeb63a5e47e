// SPDX-License-Identifier: MIT
// A service on a changing number of replicas over a day, in steps of a second.
//
// Two time scales: within a step every replica is in the steady state of its load (models/fleet/replica_curve.hpp); a
// replica that gets more than its capacity keeps the excess as a queue of its own, which no other replica can take
// over, and which later steps work off at capacity (a fluid queue). Requests that meet a queue wait for what is before
// them; beyond the listen backlog they are refused, beyond the client's timeout they are given up.
// The autoscaler sees CPU use averaged over `metrics` and one such interval old; a container has its first sample after
// a whole interval. New replicas are ready after image start and spawn, at their next readiness probe; the youngest
// leave first and work off what they have.
// What this leaves out: that queues take time to build up to their steady state near capacity, and chance within a step.
// Against the simulation of every request of an hour from 100/s to 900/s and back (tests/models/fleet/day_test.cpp)
// replica-hours are within 3 %, requests out of the SLO within 5 %, missed minutes within two.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/fleet/autoscaler.hpp"
#include "models/fleet/day_load.hpp"
#include "models/fleet/replica_curve.hpp"

namespace models {

struct FleetSettings {
  const Autoscale& autoscale;
  const Slo& slo;
  Balancer balancer = Balancer::random;
  StartUp start_up;             // from the start of a container until it serves
  double requested_cores = 1.0; // per replica, what use is a share of
  double backlog = 2048.0;      // requests that may wait in a replica; more are refused
  Duration timeout = Duration::infinite();
};

// Sums over the day; arrived = completed + lost + waiting_after - waiting_before.
struct FleetDay {
  double arrived = 0.0;
  double completed = 0.0;
  double lost = 0.0;            // refused, given up or lost by the replica
  double late = 0.0;            // completed, but slower than the highest promise on latency
  double waiting_before = 0.0;
  double waiting_after = 0.0;
  double replica_seconds = 0.0; // from creation to removal: what is paid for
  double core_seconds = 0.0;    // CPU used
  Count most_replicas = 0;
  Count fewest_replicas = 0;
  double minutes = 0.0;
  double missed_minutes = 0.0;  // in which a promise was broken
  Count grown = 0;              // decisions to add replicas
  Count shrunk = 0;

  // The day in equal parts.
  struct Part {
    double arrived = 0.0;
    double replica_seconds = 0.0;
    double missed_minutes = 0.0;
    double out = 0.0;           // lost or late
    double waiting = 0.0;       // at its end
  };
  std::array<Part, 24> parts{};
};

FleetDay simulate_day(const DayLoad& load, const ReplicaCurve& curve, const FleetSettings& settings);

}  // namespace models
