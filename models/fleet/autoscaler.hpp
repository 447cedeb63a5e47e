// SPDX-License-Identifier: MIT
// Kubernetes' HorizontalPodAutoscaler on one CPU target (documentation, "Algorithm details", and
// pkg/controller/podautoscaler of 1.30). Every `sync`:
//   use     = CPU used / CPU requested over the replicas that have a sample, in whole percent, rounded down
//   desired = ceil(replicas with a sample x use / target), unless |use / target - 1| <= tolerance
// Replicas that are not ready yet count as using nothing when it would grow, which damps it, and are left out when it
// would shrink. Then come the stabilization windows (grow to the least, shrink to the most recommended within them),
// the policies of growth, and min and max.
#pragma once

#include <deque>

#include "models/fleet/autoscale.hpp"

namespace models {

struct FleetUse {
  Count sampled = 0;      // replicas with a sample
  Count without = 0;      // replicas that are not ready, or ready for less than a sample takes
  double use = 0.0;       // CPU used over CPU requested, mean of the sampled ones
};

// The formula alone: neither windows, policies nor limits.
Count desired_replicas(const Autoscale& settings, const FleetUse& fleet);

class Autoscaler {
 public:
  explicit Autoscaler(const Autoscale& settings) : settings_(settings) {}

  // How many replicas there shall be; called once every `sync`, in order of time.
  Count decide(TimePoint now, const FleetUse& fleet);

 private:
  struct Recommendation {
    TimePoint at;
    Count replicas;
  };

  Count stabilized(TimePoint now, Count current, Count desired);
  Count growth_limit(TimePoint now, Count current) const;

  const Autoscale& settings_;
  std::deque<Recommendation> recommendations_;
  std::deque<Recommendation> changes_;  // replicas added (positive) or removed
};

}  // namespace models
