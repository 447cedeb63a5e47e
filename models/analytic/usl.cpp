// SPDX-License-Identifier: MIT
#include "models/analytic/usl.hpp"

#include <cmath>

namespace models::analytic {

double UniversalScalability::throughput(double workers) const {
  return single * workers / (1.0 + contention * (workers - 1.0) + coherence * workers * (workers - 1.0));
}

double UniversalScalability::peak_workers() const {
  return std::sqrt((1.0 - contention) / coherence);
}

}  // namespace models::analytic
