// SPDX-License-Identifier: MIT
#include "models/cluster/allocatable.hpp"

#include <algorithm>
#include <limits>
#include <span>

namespace models {
namespace {

constexpr double mebibyte = 1024.0 * 1024.0;
constexpr double gibibyte = 1024.0 * mebibyte;
constexpr double megabyte = 1e6;
constexpr Bytes eviction{100.0 * mebibyte};
constexpr double rest = std::numeric_limits<double>::infinity();

// So much of the next `size` units is reserved at `share`.
struct Tier {
  double size;
  double share;
};

double reserved(double amount, std::span<const Tier> tiers) {
  double sum = 0.0;
  for (const Tier& tier : tiers) {
    const double part = std::min(amount, tier.size);
    sum += part * tier.share;
    amount -= part;
    if (amount <= 0.0) break;
  }
  return sum;
}

Cores gke_cpu(Cores cpu) {
  constexpr std::array<Tier, 4> tiers{{{1, 0.06}, {1, 0.01}, {2, 0.005}, {rest, 0.0025}}};
  return {reserved(cpu.value, tiers)};
}

Bytes gke_memory(Bytes memory) {
  if (memory.value < gibibyte) return {255.0 * mebibyte};
  constexpr std::array<Tier, 5> tiers{{{4, 0.25}, {4, 0.20}, {8, 0.10}, {112, 0.06}, {rest, 0.02}}};
  return Bytes{reserved(memory.value / gibibyte, tiers) * gibibyte} + eviction;
}

Bytes eks_memory(Count max_pods) {
  return Bytes{(11.0 * static_cast<double>(max_pods) + 255.0) * mebibyte} + eviction;
}

Cores aks_cpu(Cores cpu) {
  struct Point {
    double cores;
    double reserved;
  };
  constexpr std::array<Point, 7> points{
      {{1, 0.060}, {2, 0.100}, {4, 0.140}, {8, 0.180}, {16, 0.260}, {32, 0.420}, {64, 0.740}}};
  if (cpu.value <= points.front().cores) return {points.front().reserved};
  std::size_t above = 1;
  while (above + 1 < points.size() && points[above].cores < cpu.value) ++above;
  const Point& from = points[above - 1];
  const Point& to = points[above];
  return {from.reserved + (cpu.value - from.cores) / (to.cores - from.cores) * (to.reserved - from.reserved)};
}

Bytes aks_memory(Bytes memory, Count max_pods) {
  const double by_pods = (20.0 * static_cast<double>(max_pods) + 50.0) * megabyte;
  return Bytes{std::min(by_pods, 0.25 * memory.value)} + eviction;
}

}  // namespace

Allocatable allocatable(const NodeShape& node, const Reserve& reserve) {
  const Bytes shown = node.memory * (1.0 - reserve.vm_overhead.value);
  Cores cpu;
  Bytes memory;
  switch (reserve.rule) {
    case ReserveRule::gke:
      cpu = gke_cpu(node.cpu);
      memory = gke_memory(shown);
      break;
    case ReserveRule::eks:
      cpu = gke_cpu(node.cpu);
      memory = eks_memory(node.max_pods);
      break;
    case ReserveRule::aks:
      cpu = aks_cpu(node.cpu);
      memory = aks_memory(shown, node.max_pods);
      break;
    case ReserveRule::provider:
    case ReserveRule::none:
      break;
  }
  cpu = reserve.cpu.value_or(cpu);
  memory = reserve.memory.value_or(memory);
  return {{std::max(0.0, node.cpu.value - cpu.value)}, std::max(Bytes{}, shown - memory), node.max_pods};
}

}  // namespace models
