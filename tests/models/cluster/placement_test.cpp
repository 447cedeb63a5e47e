// SPDX-License-Identifier: MIT
// Pods on nodes: never over the allocatable, near the optimum of a brute force, scored as kube-scheduler does.
#include "models/cluster/placement.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/random/stream.hpp"

namespace {

using models::Allocatable;
using models::Placement;
using models::PlacementRule;
using models::PodRequest;

constexpr Allocatable unit_node{{1.0}, {1.0}, 1000};
constexpr PlacementRule all_rules[] = {PlacementRule::first_fit_decreasing, PlacementRule::least_allocated,
                                       PlacementRule::most_allocated};

void check_fits(const Placement& placement, const std::vector<PodRequest>& pods, const Allocatable& node) {
  REQUIRE(placement.node_of_pod.size() == pods.size());
  for (std::size_t n = 0; n < placement.nodes; ++n) {
    double cpu = 0.0;
    double memory = 0.0;
    models::Count count = 0;
    for (std::size_t i = 0; i < pods.size(); ++i) {
      if (placement.node_of_pod[i] != n) continue;
      cpu += pods[i].cpu.value;
      memory += pods[i].memory.value;
      ++count;
    }
    CHECK(cpu <= node.cpu.value * (1.0 + 1e-8));
    CHECK(memory <= node.memory.value * (1.0 + 1e-8));
    CHECK(count <= node.pods);
  }
}

std::vector<PodRequest> drawn_pods(sim::Stream& stream, std::size_t count, bool with_memory) {
  std::vector<PodRequest> pods;
  for (std::size_t i = 0; i < count; ++i) {
    pods.push_back({{0.05 + 0.6 * stream.uniform()}, {with_memory ? 0.05 + 0.6 * stream.uniform() : 0.0}});
  }
  return pods;
}

// The least number of nodes, by trying every assignment; the first pod of a new node goes to the next one.
std::size_t optimum(const std::vector<PodRequest>& pods, std::size_t next, std::vector<double>& cpu,
                    std::vector<double>& memory, std::size_t best) {
  if (cpu.size() >= best) return best;
  if (next == pods.size()) return cpu.size();
  for (std::size_t n = 0; n < cpu.size(); ++n) {
    if (cpu[n] + pods[next].cpu.value > 1.0 || memory[n] + pods[next].memory.value > 1.0) continue;
    cpu[n] += pods[next].cpu.value;
    memory[n] += pods[next].memory.value;
    best = optimum(pods, next + 1, cpu, memory, best);
    cpu[n] -= pods[next].cpu.value;
    memory[n] -= pods[next].memory.value;
  }
  cpu.push_back(pods[next].cpu.value);
  memory.push_back(pods[next].memory.value);
  best = optimum(pods, next + 1, cpu, memory, best);
  cpu.pop_back();
  memory.pop_back();
  return best;
}

std::size_t optimum(const std::vector<PodRequest>& pods) {
  std::vector<double> cpu;
  std::vector<double> memory;
  return optimum(pods, 0, cpu, memory, pods.size() + 1);
}

}  // namespace

TEST_CASE("no rule ever fills a node over its allocatable") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    sim::Stream stream(seed, 0, "pods", 0);
    const std::vector<PodRequest> pods = drawn_pods(stream, 1 + stream.below(40), true);
    Allocatable node = unit_node;
    node.pods = static_cast<models::Count>(1 + stream.below(6));
    for (const PlacementRule rule : all_rules) {
      const auto placement = models::place(pods, node, rule);
      REQUIRE(placement);
      check_fits(*placement, pods, node);
    }
  }
}

TEST_CASE("first fit decreasing takes at most 11/9 of the least number of nodes and 6/9") {
  std::size_t worse = 0;
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    sim::Stream stream(seed, 1, "pods", 0);
    const std::vector<PodRequest> pods = drawn_pods(stream, 9, false);
    const auto placement = models::place(pods, unit_node, PlacementRule::first_fit_decreasing);
    REQUIRE(placement);
    const std::size_t least = optimum(pods);
    CHECK(placement->nodes >= least);
    CHECK(static_cast<double>(placement->nodes) <= 11.0 / 9.0 * static_cast<double>(least) + 6.0 / 9.0);
    if (placement->nodes > least) ++worse;
  }
  CHECK(worse < 8);
}

TEST_CASE("with two resources no rule beats the brute force") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    sim::Stream stream(seed, 2, "pods", 0);
    const std::vector<PodRequest> pods = drawn_pods(stream, 9, true);
    const std::size_t least = optimum(pods);
    for (const PlacementRule rule : all_rules) {
      const auto placement = models::place(pods, unit_node, rule);
      REQUIRE(placement);
      CHECK(placement->nodes >= least);
    }
  }
}

TEST_CASE("least allocated spreads, most allocated packs") {
  // Four pods of a quarter node on two nodes: 2 + 2, or all on the first.
  const std::vector<PodRequest> pods(4, PodRequest{{0.25}, {0.25}});
  const auto spread = models::place_on(pods, unit_node, 2, PlacementRule::least_allocated);
  const auto packed = models::place_on(pods, unit_node, 2, PlacementRule::most_allocated);
  REQUIRE(spread);
  REQUIRE(packed);
  CHECK(spread->pods_on_nodes() == std::vector<std::size_t>{2, 2});
  CHECK(packed->pods_on_nodes() == std::vector<std::size_t>{4, 0});
}

TEST_CASE("the score is the mean over CPU and memory after the pod is there") {
  // Node 0 has 0.5 CPU and 0.1 memory requested: least allocated score of one more (0.1, 0.1) is
  // (0.4 + 0.8) / 2 = 0.60. Node 2 has 0.2 and 0.3: (0.7 + 0.6) / 2 = 0.65, so the pod goes there, and with
  // MostAllocated to node 0.
  const std::vector<PodRequest> pods{{{0.5}, {0.1}}, {{0.6}, {0.95}}, {{0.2}, {0.3}}, {{0.1}, {0.1}}};
  // Pod 1 fills the memory of node 1, so that pod 2 goes to the empty node 2, and with MostAllocated to node 0.
  const auto least = models::place_on(pods, unit_node, 3, PlacementRule::least_allocated);
  REQUIRE(least);
  CHECK(least->node_of_pod == std::vector<std::size_t>{0, 1, 2, 2});
  const auto most = models::place_on(pods, unit_node, 3, PlacementRule::most_allocated);
  REQUIRE(most);
  CHECK(most->node_of_pod == std::vector<std::size_t>{0, 1, 0, 0});
}

TEST_CASE("pods that fill a node to the last digit fit, and one that is too large fits nowhere") {
  const std::vector<PodRequest> tenths(10, PodRequest{{0.1}, {0.1}});
  for (const PlacementRule rule : all_rules) {
    CHECK(models::place(tenths, unit_node, rule)->nodes == 1);
    CHECK_FALSE(models::place(std::vector<PodRequest>{{{1.01}, {0.1}}}, unit_node, rule));
    CHECK(models::place({}, unit_node, rule)->nodes == 0);
  }
  Allocatable two_pods = unit_node;
  two_pods.pods = 2;
  CHECK(models::place(tenths, two_pods, PlacementRule::first_fit_decreasing)->nodes == 5);
}
