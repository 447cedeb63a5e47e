// SPDX-License-Identifier: MIT
// Pods on nodes of one type by what they request.
//
//   first fit decreasing   the largest pod first (by its dominant share of a node), each on the first node with room.
//                          By one resource: at most 11/9 of the least number of nodes and 6/9 (Dosa, 2007)
//   kube-scheduler         each pod in order on the node of the highest score among those with room, of a given number
//                          LeastAllocated: mean over CPU and memory of (allocatable - requested) / allocatable, after
//                          the pod is there; MostAllocated: of requested / allocatable. Ties: the first node.
//
// Invariant: no node is given more than its allocatable.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/cluster/allocatable.hpp"

namespace models {

enum class PlacementRule { first_fit_decreasing, least_allocated, most_allocated };
constexpr std::array<std::string_view, 3> words(PlacementRule) {
  return {"first_fit_decreasing", "least_allocated", "most_allocated"};
}

struct PodRequest {
  Cores cpu;
  Bytes memory;
};

struct Placement {
  std::vector<std::size_t> node_of_pod;
  std::size_t nodes = 0;

  std::vector<std::size_t> pods_on_nodes() const;
};

// On as many nodes as it takes: the least number for which the rule finds a place for every pod. Nothing when a pod
// fits no empty node.
std::optional<Placement> place(std::span<const PodRequest> pods, const Allocatable& node, PlacementRule rule);

// On so many nodes and no more; nothing when a pod finds no room.
std::optional<Placement> place_on(std::span<const PodRequest> pods, const Allocatable& node, std::size_t nodes,
                                  PlacementRule rule);

}  // namespace models
