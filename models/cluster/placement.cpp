// SPDX-License-Identifier: MIT
#include "models/cluster/placement.hpp"

#include <algorithm>
#include <numeric>

namespace models {
namespace {

// What is requested of a node. A request that fits by less than a rounding error fits.
struct Filled {
  double cpu = 0.0;
  double memory = 0.0;
  Count pods = 0;

  bool has_room(const PodRequest& pod, const Allocatable& node) const {
    constexpr double slack = 1e-9;
    return pods < node.pods && cpu + pod.cpu.value <= node.cpu.value * (1.0 + slack) &&
           memory + pod.memory.value <= node.memory.value * (1.0 + slack);
  }

  void add(const PodRequest& pod) {
    cpu += pod.cpu.value;
    memory += pod.memory.value;
    ++pods;
  }
};

double share(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }

double dominant_share(const PodRequest& pod, const Allocatable& node) {
  return std::max(share(pod.cpu.value, node.cpu.value), share(pod.memory.value, node.memory.value));
}

double used_share(const Filled& filled, const PodRequest& pod, const Allocatable& node) {
  return 0.5 * (share(filled.cpu + pod.cpu.value, node.cpu.value) +
                share(filled.memory + pod.memory.value, node.memory.value));
}

std::vector<std::size_t> in_turn(std::span<const PodRequest> pods, const Allocatable& node, PlacementRule rule) {
  std::vector<std::size_t> order(pods.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (rule == PlacementRule::first_fit_decreasing) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return dominant_share(pods[a], node) > dominant_share(pods[b], node);
    });
  }
  return order;
}

}  // namespace

std::vector<std::size_t> Placement::pods_on_nodes() const {
  std::vector<std::size_t> counts(nodes, 0);
  for (const std::size_t node : node_of_pod) ++counts[node];
  return counts;
}

std::optional<Placement> place_on(std::span<const PodRequest> pods, const Allocatable& node, std::size_t nodes,
                                  PlacementRule rule) {
  std::vector<Filled> filled(nodes);
  Placement placement{std::vector<std::size_t>(pods.size()), nodes};
  for (const std::size_t i : in_turn(pods, node, rule)) {
    std::optional<std::size_t> best;
    double best_score = 0.0;
    for (std::size_t candidate = 0; candidate < nodes; ++candidate) {
      if (!filled[candidate].has_room(pods[i], node)) continue;
      const double used = used_share(filled[candidate], pods[i], node);
      const double score = rule == PlacementRule::least_allocated ? 1.0 - used : used;
      if (best && (rule == PlacementRule::first_fit_decreasing || score <= best_score)) continue;
      best = candidate;
      best_score = score;
    }
    if (!best) return std::nullopt;
    filled[*best].add(pods[i]);
    placement.node_of_pod[i] = *best;
  }
  return placement;
}

std::optional<Placement> place(std::span<const PodRequest> pods, const Allocatable& node, PlacementRule rule) {
  for (const PodRequest& pod : pods) {
    if (!Filled{}.has_room(pod, node)) return std::nullopt;
  }
  // Fewer nodes than this do not hold what is requested.
  double cpu = 0.0;
  double memory = 0.0;
  for (const PodRequest& pod : pods) {
    cpu += pod.cpu.value;
    memory += pod.memory.value;
  }
  const double least = std::max({share(cpu, node.cpu.value), share(memory, node.memory.value),
                                 share(static_cast<double>(pods.size()), static_cast<double>(node.pods))});
  for (auto nodes = static_cast<std::size_t>(least * (1.0 - 1e-9));; ++nodes) {
    if (auto placement = place_on(pods, node, nodes, rule)) return placement;
  }
}

}  // namespace models
