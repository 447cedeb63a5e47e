// SPDX-License-Identifier: MIT
// How one deployment differs from another in one metric, with what is proven about it.
// Runs with the same seed are compared replication by replication (common random numbers), others as independent
// samples (Welch). Where profiles have ranges the ends are compared: like with like when the profile is the same, else
// every end with every other, and a difference is proven only if all combinations agree.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/stats/two_means.hpp"
#include "tools/compare/stored_result.hpp"

namespace differences {

enum class Standing {
  compared,
  absent,      // it applies on neither side, or on one only
  vanishes,    // a latency of which nothing is left: nobody was answered
  saturates,   // a latency that means nothing afterwards: load exceeds capacity
  saturated,   // it meant nothing before
};
std::string_view word(Standing standing);

struct Change {
  models::Metric metric = models::Metric::throughput;
  Standing standing = Standing::absent;
  models::Estimate before;
  models::Estimate after;
  std::size_t pairs = 0;                       // replications compared in pairs; 0: independent samples
  std::vector<sim::TwoMeans> combinations;     // of ends; one where nothing is a range

  // `after` against ratio * before.
  models::Verdict verdict(double ratio = 1.0) const;
  // Mean of after - before (the middle of the combinations), and its half width.
  sim::Interval difference() const;
  // (after - before) / before over all combinations; nothing when `before` may be zero.
  std::optional<double> relative() const;
  std::optional<sim::RatioInterval> relative_interval() const;
};

// Every metric, in the order of the metric table.
std::vector<Change> changes(const StoredDeployment& before, const StoredDeployment& after, bool same_seed);

// A bill is exact for the number of containers that it is for; this number is an estimate. A difference is proven where
// all that one side allows is beyond all that the other does.
struct BillChange {
  std::string name;
  BillFigure before;
  BillFigure after;
  std::optional<double> relative;

  // `after` against ratio * before.
  models::Verdict verdict(double ratio = 1.0) const;
  // Two equal ranges may hold different amounts.
  bool is_the_same() const { return before.range == after.range && before.low == before.high; }
};
std::vector<BillChange> bill_changes(const StoredDeployment& before, const StoredDeployment& after);

}  // namespace differences
