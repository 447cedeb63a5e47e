// SPDX-License-Identifier: MIT
#include "models/runtime/cache_warmth.hpp"

#include <algorithm>
#include <cmath>

namespace models {

Duration CacheWarmth::begin(TimePoint now, Duration throttled, Duration work, double cold_factor) {
  cool(computing_ == 0 ? now - unused_since_ : throttled - throttled_before_);
  throttled_before_ = throttled;
  ++computing_;
  if (coldness_ == 0.0) return work;
  const double warmed = work / warming_;
  const Duration more = cold_factor * coldness_ * (1.0 - std::exp(-warmed)) * warming_;
  coldness_ *= std::exp(-warmed / static_cast<double>(std::min(computing_, cores_)));
  return work + more;
}

void CacheWarmth::end(TimePoint now, Duration throttled) {
  cool(throttled - throttled_before_);
  throttled_before_ = throttled;
  --computing_;
  unused_since_ = now;
}

void CacheWarmth::cool(Duration unused) {
  if (unused > Duration{}) coldness_ = 1.0 - (1.0 - coldness_) * std::exp(-(unused / cooling_));
}

}  // namespace models
