// SPDX-License-Identifier: MIT
// At which value of a parameter does the winner change between two deployments?
//
// Replication k sees the same random numbers at every value and with both deployments, so the paired difference of a
// metric changes its sign at a value of its own; half of the replications have changed at the break-even. It is the
// median of these values, found by sim::find_root with an interval from their order. A look at five values across the
// range first says whether the winner changes at all, and in which direction; where it changes more than once, the
// first change is the answer and the others are mentioned.
// A profile with ranges is asked at both ends: all costs low, then all high.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "models/capacity/capacity.hpp"

namespace models {

enum class Criterion { capacity, throughput, latency_mean, latency_p99, memory_mean };
constexpr std::array<std::string_view, 5> words(Criterion) {
  return {"capacity", "throughput", "latency_mean", "latency_p99", "memory_mean"};
}

enum class Winner { neither, of, against };
constexpr std::array<std::string_view, 3> words(Winner) { return {"neither", "of", "against"}; }

struct Contestants {
  TrialParameters of;
  TrialParameters against;
};

struct BreakEvenQuestion {
  std::function<Contestants(double value)> at;   // called from one thread
  double low = 0.0;
  double high = 1.0;
  bool whole = false;                            // the parameter is a number of things
  Criterion criterion = Criterion::capacity;
  Slo slo;
  double precision = 0.02;                       // half width of the interval, in shares of the range
};

struct BreakEvenPoint {
  double value = 0.0;
  double of = 0.0;                               // mean of the criterion; NaN where it does not apply
  double against = 0.0;
  Winner winner = Winner::neither;               // in more than half of the replications
};

struct BreakEven {
  std::vector<BreakEvenPoint> looked_at;         // ascending
  Winner below = Winner::neither;                // who wins before the change, or throughout
  Winner above = Winner::neither;
  std::optional<double> value;                   // of the change; absent: never in this range
  double low = 0.0;                              // 95 % interval
  double high = 0.0;
  bool precise = false;
  std::size_t changes = 0;                       // of the winner, between the values that were looked at
  std::uint64_t replications = 0;                // of one deployment each
};

// One result, or two (optimistic, pessimistic) where a profile has ranges. Throws Interrupted.
std::vector<BreakEven> find_break_even(const BreakEvenQuestion& question, const RunOptions& options);

}  // namespace models
