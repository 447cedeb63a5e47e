// SPDX-License-Identifier: MIT
#include "models/calibration/told.hpp"

#include <algorithm>
#include <cmath>

namespace models {

void note(std::vector<Identified>& parameters, std::string path, double value, double deviation, std::string reason) {
  const double half = std::isfinite(deviation) ? 1.96 * deviation : 0.0;
  parameters.push_back({std::move(path), value, std::max(0.0, value - half), value + half,
                        reason.empty() ? Basis::measured : Basis::assumed, std::move(reason)});
}

}  // namespace models
