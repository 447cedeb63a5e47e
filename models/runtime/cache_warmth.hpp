// SPDX-License-Identifier: MIT
// How warm the processor's caches are for a container. The same work takes more CPU time while its data have to come from
// memory, and they have to whenever others have used the caches meanwhile: neighbours on the host, the client, or
// whatever runs while a quota stops the container. So a service that is little loaded, or throttled, costs more CPU time
// per request than a saturated one; the more, the more memory it touches.
//
//   CPU time of work w that begins at coldness x:      w + f x W (1 - e^(-w / W)),   0 <= x <= 1
//   coldness after it:                                 x e^(-w / (k W)), k threads at work on as many cores
//   coldness after a time t in which nobody computes:  1 - (1 - x) e^(-t / C)
//
// f: cold_factor of the kernel; W: time to warm up; C: time to cool down. W and C are first-order laws of refilling a
// cache and of losing random lines of it (D. Thiebaut, H. Stone 1987, footprints in the cache); all three are measured.
#pragma once

#include "models/fields/quantity.hpp"

namespace models {

class CacheWarmth {
 public:
  CacheWarmth(Duration cooling, Duration warming, Count cores) : cooling_(cooling), warming_(warming), cores_(cores) {}

  // A thread begins work now. `throttled`: for how long the container has been stopped by its quota, in all.
  // Returns the CPU time that the work takes.
  Duration begin(TimePoint now, Duration throttled, Duration work, double cold_factor);

  // It has ended.
  void end(TimePoint now, Duration throttled);

  double coldness() const { return coldness_; }

 private:
  void cool(Duration unused);

  Duration cooling_;
  Duration warming_;
  Count cores_;
  double coldness_ = 0.0;
  Count computing_ = 0;        // threads
  TimePoint unused_since_;     // while none computes
  Duration throttled_before_;  // that has been taken into account
};

}  // namespace models
