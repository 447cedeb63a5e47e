// SPDX-License-Identifier: MIT
#include "models/capacity/load_axis.hpp"

#include <algorithm>
#include <cmath>

#include "models/capacity/demand.hpp"

namespace models {

LoadAxis axis_of(const Load& load) { return load.open ? LoadAxis::rate : LoadAxis::connections; }

TrialParameters at_load(const TrialParameters& parameters, double load) {
  TrialParameters result = parameters;
  if (result.service.load.open) {
    result.service.load.open = Rate{load};
  } else {
    result.service.load.connections = static_cast<Count>(load);
  }
  return result;
}

TrialParameters of_one_container(TrialParameters parameters) {
  parameters.replicas = 1;
  parameters.service.connection_split.clear();
  Load& load = parameters.service.load;
  if (load.arrivals == ArrivalProcess::diurnal) load.arrivals = ArrivalProcess::poisson;
  return parameters;
}

double first_load(const TrialParameters& parameters) {
  const double bound = highest_rate(parameters);
  if (axis_of(parameters.service.load) == LoadAxis::rate) {
    return std::isfinite(bound) ? std::min(0.8 * bound, highest_rate_tried) : 1000.0;
  }
  // So many connections keep the scarcest resource busy: Denning, Buzen, operational analysis, 1978.
  const Duration cycle = parameters.service.load.think_time + mean_demand(parameters).total;
  return std::isfinite(bound) ? std::clamp(std::floor(bound * cycle.seconds), 1.0, most_connections) : 1.0;
}

}  // namespace models
