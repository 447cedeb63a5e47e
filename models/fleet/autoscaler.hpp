// SPDX-License-Identifier: MIT
// Kubernetes' HorizontalPodAutoscaler on one CPU target (documentation, "Algorithm details", and
// pkg/controller/podautoscaler of 1.30). Every `sync`:
//   use     = CPU used / CPU requested over the replicas that count, in whole percent, rounded down
//   desired = ceil(replicas that count x use / target), unless |use / target - 1| <= tolerance
// A replica counts once it is ready and its sample is of a whole interval since then; one that is older than
// `cpu_initialization` counts as soon as it is ready. One that does not count yet is taken to use nothing when it would
// grow, which damps it, and left out when it would shrink. One that runs and has no sample at all is taken to use
// nothing when it would grow, and all of its request (or the target, if that is more) when it would shrink. If that
// turns growing into shrinking or back, nothing changes.
// The other delay of kube-controller-manager, --horizontal-pod-autoscaler-initial-readiness-delay, is about older
// replicas that were ready once and are not any more. Replicas here stay ready, so it never applies.
// Then come the stabilization windows (grow to the least, shrink to the most recommended within them), the policies of
// growth, and min and max.
#pragma once

#include <deque>

#include "models/fleet/autoscale.hpp"

namespace models {

struct FleetUse {
  Count counted = 0;      // replicas whose samples count
  Count starting = 0;     // replicas that do not count yet
  double use = 0.0;       // CPU used over CPU requested, mean of those that count
  Count missing = 0;      // replicas that run and have no sample

  Count replicas() const { return counted + starting + missing; }
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
