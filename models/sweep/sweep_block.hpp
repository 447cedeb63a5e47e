// SPDX-License-Identifier: MIT
// What a scenario says about a parameter study: which parameters are varied, and at which points.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"

namespace models {

// The paths and their values are read in models/scenario/swept_scenario.hpp.
struct SweepBlock {
  PathMap grid;
  PathMap zip;
  std::optional<Count> samples;
  std::vector<std::string> where;
};

template <class Table>
void describe(Table& table, const SweepBlock*) {
  table("grid", &SweepBlock::grid,
        "Parameters, by the paths that --set takes, whose every combination is a point. Values: a list, "
        "1..16, 10..40ms by "
        "10ms, log 1..64 (doubling), log 1..1000 by 10.",
        Example{"{deployments.api.threads: log 1..64, service.load: [100/s, 200/s]}"});
  table("zip", &SweepBlock::zip,
        "Parameters that advance together, all with as many values; combined with the grid.",
        Example{"{container.limits.cpu: [1, 2], container.limits.memory: [512Mi, 1Gi]}"});
  table("samples", &SweepBlock::samples,
        "Instead of every combination so many points of a Latin hypercube over the grid; a range without "
        "`by` is continuous.",
        between(1, 10'000'000), Example{"200"});
  table("where", &SweepBlock::where,
        "Points that break one of these comparisons are left out; a parameter is named by its path or the "
        "end of it.",
        between(1, 100), Example{"[processes*threads <= 64]"});
}

}  // namespace models
