// SPDX-License-Identifier: MIT
// How many processes and threads should a deployment have? The best of a grid under the promises and the memory limit.
//
// Successive halving (sim/experiment/halving.hpp) over the grid, replication by replication on common random numbers:
// by the load up to which a replication keeps its promises (a kill for memory breaks them), or by its gravest promised
// latency at the scenario's load. The last few are then measured out. Of those whose intervals overlap with the best
// one's, the one with the least memory is taken, then the fewest processes, then the fewest threads.
// By cost: the last few by capacity, the few that answer soonest at their part of the load, and what was written are
// sized and priced as `run` does (models/pricing). Of those that cost the same, one of the fastest is taken (p99, intervals that overlap are
// equal), then the fewest processes, then the fewest threads.
// A candidate may run out of memory in no more replications than may break a promise: one in twenty.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/capacity/capacity.hpp"
#include "models/cost/bill.hpp"

namespace models {

enum class Goal { capacity, latency, cost };
constexpr std::array<std::string_view, 3> words(Goal) { return {"capacity", "latency", "cost"}; }

struct TuneQuestion {
  // The deployment, whose processes and threads are varied: one container with its load; by cost, the whole service.
  TrialParameters at;
  CostBlock cost;                   // by cost
  Slo slo;
  Goal goal = Goal::capacity;
  std::vector<Count> processes;     // ascending
  std::vector<Count> threads;       // ascending; {1} for a concurrency model without threads
};

struct Candidate {
  Count processes = 1;
  Count threads = 1;
  std::array<Estimate, metric_count> estimates{};   // at the scenario's load, one replica
  std::size_t replications = 0;                     // of the estimates
  bool meets = false;                               // all of these keep the promises
  bool on_front = false;                            // no other that meets them has less memory (by cost: is cheaper) and no higher p99
  double oom_share = 0.0;                           // of the replications in which memory ran out
  std::optional<Capacity> capacity;                 // of the last few, where the goal asks for it
  std::optional<Quote> price;                       // of those that were priced, on the cheapest offer; estimates are there

  const Estimate& operator[](Metric metric) const { return estimates[static_cast<std::size_t>(metric)]; }
};

struct Tuning {
  Goal goal = Goal::capacity;
  std::vector<Candidate> candidates;                // by processes, then threads
  std::optional<std::size_t> best;
  std::string reason;                               // without a best one: the promise that the nearest breaks
  std::uint64_t replications = 0;                   // spent
};

// Whether threads are workers in this deployment's concurrency model.
bool has_threads(const Deployment& deployment, const Profile& profile);

// Powers of two and their neighbours from low to high: 1 2 3 4 5 7 8 9 15 16 17 ...
std::vector<Count> usual_counts(Count low, Count high);

// The usual grid for a trial: up to twice the cores and one more processes (as many as 32 without threads), up to 32
// threads.
void choose_grid(TuneQuestion& question);

// Open and closed loads only; a profile with ranges at its pessimistic end. Throws Interrupted.
Tuning tune(const TuneQuestion& question, const RunOptions& options);

}  // namespace models
