// SPDX-License-Identifier: MIT
// What replications say about a number.
#pragma once

namespace models {

// Mean over replications with its 95 % t interval. When the profile has ranges, `low` and `high` are the
// estimates at the optimistic and the pessimistic end and `mean` is their midpoint; otherwise low == high == mean.
struct Estimate {
  double mean = 0.0;
  double half_width = 0.0;   // infinite with one replication; NaN mean when the metric does not apply
  double low = 0.0;
  double high = 0.0;
  bool is_range() const { return low != high; }
};

}  // namespace models
