// SPDX-License-Identifier: MIT
// How many containers a service needs, and what the fullest node of them looks like.
//
//   first guess   load / capacity of one container, rounded up
//   then          the fullest node is simulated at its share of the load; while more than one of 20 replications
//                 breaks a promise, there are 5 % more containers, at least one
//
// Arrivals at the containers of one node are a random part of the service's: of a Poisson stream a Poisson stream.
// Downstream pools that the whole service shares are cut in proportion.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "models/cluster/density.hpp"
#include "models/pricing/simulator.hpp"

namespace models {

inline constexpr std::size_t sizing_replications = 20;
inline constexpr std::size_t most_broken = 1;   // of them
inline constexpr Count most_containers = 1024;

// So many of `replicas` containers, with their part of the load and of what the service shares.
TrialParameters part_of_service(const TrialParameters& at, Count containers, Count replicas);

// The containers of a service on nodes.
struct Spread {
  Count nodes = 0;      // 0: none are needed
  Count fullest = 1;    // containers on the fullest
};
// Nothing when one container does not fit.
using Spreading = std::function<std::optional<Spread>(Count replicas, const PodUse& use)>;

struct SizingQuestion {
  TrialParameters at;                 // the whole service; replicas 0: as few as keep the promises
  std::optional<Capacity> capacity;   // of one container; absent: there is none to be asked for
  Spreading spread;
};

struct Sized {
  std::string refused;                // why there is no size; empty: there is one
  bool holds = true;
  Count replicas = 1;
  Spread spread;
  PodUse use;                         // of one container
  TrialParameters fullest;            // node, or container where none is needed
  std::vector<Observation> seen;      // its replications

  double of_service = 1.0;            // the service is so many times the fullest node, by what it is given to do
};

// load / load of one, rounded up; nothing when that is more than `most_containers`.
std::optional<Count> containers_for(const Load& load, double load_of_one);

Sized size(const SizingQuestion& question, const Simulator& simulator);

}  // namespace models
