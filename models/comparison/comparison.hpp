// SPDX-License-Identifier: MIT
// The answer: for every deployment of a scenario its estimates, what binds, and paired verdicts between them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/capacity/capacity.hpp"
#include "models/cluster/density.hpp"
#include "models/cluster/run_options.hpp"
#include "models/cost/bill.hpp"
#include "models/fields/estimate.hpp"
#include "models/fields/metrics.hpp"
#include "models/fleet/day.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

enum class SloVerdict { none, ok, missed, undecided };   // undecided: the limit lies inside the interval

// Replications that settle in distinct regimes (connections split unevenly): value and share of each.
struct Mode {
  double throughput = 0.0;
  double latency_p50 = 0.0;
  double share = 0.0;
};

// What the replica-hours of a day cost, and the least and the most that their uncertainty allows.
struct DayCost {
  Money per_day;
  Money least;
  Money most;
};

struct DeploymentResult {
  Deployment deployment;
  std::string runtime;                       // concurrency model that ran
  std::string interpreter;                   // of the profile, e.g. "CPython 3.13.15"
  std::array<Estimate, metric_count> estimates;
  std::vector<Observation> replications;     // in order; the optimistic end's when ranges
  Binds binds = Binds::arrivals;
  SloVerdict slo = SloVerdict::none;
  std::string slo_reason;                    // which promise fails, e.g. "p99"
  bool saturated = false;                    // open load beyond capacity: latencies mean nothing
  bool precise = true;                       // the asked precision was reached within max_replications
  std::vector<Mode> modes;                   // empty unless more than one
  Basis basis = Basis::measured;
  std::vector<std::string> assumptions;      // numbers used whose basis is not measured, one sentence each
  std::vector<std::string> warnings;         // e.g. the interpreter lock is back on
  std::string tuned;                         // what `workers: best` came to, in words; empty without it
  std::optional<Capacity> capacity;          // of one container, when asked
  std::optional<Density> density;            // of the type of node in the bill
  std::optional<Bill> bill;                  // where the scenario has a cost block
  Count replicas = 1;                        // of the whole service
  std::optional<Day> day;                    // of a scenario with an autoscaler
  std::optional<DayCost> day_cost;           // where the offer has a price for a replica and hour
  double warm_up_s = 0.0;
  double duration_s = 0.0;
  std::uint64_t events = 0;                  // simulated, all replications
  std::uint64_t requests = 0;

  const Estimate& operator[](Metric metric) const { return estimates[static_cast<std::size_t>(metric)]; }
};

// first compared with second by common random numbers.
enum class Verdict { less, no_difference_proven, more };
struct PairedVerdict {
  std::size_t first = 0;       // indices into Comparison::deployments
  std::size_t second = 0;
  Metric metric = Metric::throughput;
  double difference = 0.0;     // mean of first - second
  double half_width = 0.0;
  Verdict verdict = Verdict::no_difference_proven;
};

struct Comparison {
  Scenario scenario;                         // resolved
  std::uint64_t seed = 0;
  bool interrupted = false;                  // some deployments are missing
  std::vector<DeploymentResult> deployments; // in scenario order
  std::vector<PairedVerdict> verdicts;       // every pair, for throughput, latency_mean, latency_p99, memory_mean
};

// Same bytes for any number of jobs. A deployment's numbers do not depend on the others in the scenario.
Comparison run(const Scenario& scenario, const RunOptions& options);

}  // namespace models
