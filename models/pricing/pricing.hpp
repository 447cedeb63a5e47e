// SPDX-License-Identifier: MIT
// A deployment on every offer that the scenario asks for: how many containers, on how many nodes, at what price, and
// which offer is the cheapest that keeps the promises.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/capacity/capacity.hpp"
#include "models/cluster/density.hpp"
#include "models/cost/bill.hpp"
#include "models/pricing/sizing.hpp"

namespace models {

struct Priced {
  // What is simulated of the service: the fullest node, or a container without one, of the cheapest offer.
  TrialParameters at;
  double of_service = 1.0;               // the service is so many times that
  TrialParameters service;               // as a whole, its container as it is there
  std::vector<Observation> seen;         // replications of `at`; empty without a size
  Count replicas = 1;                    // of the whole service
  std::optional<Capacity> capacity;      // of one container there
  std::optional<Density> density;
  std::optional<Bill> bill;              // absent without a cost block
  std::vector<std::string> assumptions;  // a sentence each
  std::vector<std::string> warnings;
};

// at: the whole service; replicas 0: as few as keep the promises. Throws Interrupted.
Priced price(const TrialParameters& at, const CostBlock& cost, const Simulator& simulator);

}  // namespace models
