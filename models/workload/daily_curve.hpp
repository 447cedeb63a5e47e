// SPDX-License-Identifier: MIT
// The daily curve of a diurnal load: rate(t) = r (1 - a cos(2 pi t / day)).
#pragma once

#include "models/workload/load.hpp"

namespace models {

// Rate over its highest, r (1 + a), 0..1.
double share_of_peak(const Load& load, Duration since_midnight);

}  // namespace models
