// SPDX-License-Identifier: MIT
#include "models/cluster/density.hpp"

#include <algorithm>
#include <cmath>

namespace models {
namespace {

// Whole containers of this size; a rounding error must not cost one. Nothing when they take nothing.
std::optional<Count> fit(double room, double size) {
  constexpr double slack = 1e-9;
  constexpr double plenty = 1e6;
  if (size <= 0.0) return std::nullopt;
  return static_cast<Count>(std::min(plenty, std::floor(room / size * (1.0 + slack))));
}

double share(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }

}  // namespace

PodUse requests_of(const Container& container) {
  PodUse use;
  use.cpu_request = container.requests.cpu ? container.requests.cpu : container.limits.cpu;
  use.memory_request = container.requests.memory ? container.requests.memory : container.limits.memory;
  return use;
}

Density density(const PodUse& pod, const PodOverhead& overhead, const Allocatable& allocatable) {
  Density result;
  result.pod = pod;
  result.allocatable = allocatable;
  if (pod.cpu_request) result.by_cpu_requests = fit(allocatable.cpu.value, pod.cpu_request->value + overhead.cpu.value);
  if (pod.memory_request) result.by_memory_requests = fit(allocatable.memory.value, pod.memory_request->value);
  if (pod.memory.value > 0.0) {
    result.by_memory_in_use = fit(allocatable.memory.value, pod.memory.value + overhead.memory.value);
  }
  result.by_max_pods = allocatable.pods;
  result.containers = result.by_max_pods;
  const auto consider = [&](const std::optional<Count>& count, DensityLimit limit) {
    if (!count || *count > result.containers) return;
    if (*count == result.containers && result.binds != DensityLimit::max_pods) return;
    result.containers = *count;
    result.binds = limit;
  };
  consider(result.by_cpu_requests, DensityLimit::cpu_requests);
  consider(result.by_memory_requests, DensityLimit::memory_requests);
  consider(result.by_memory_in_use, DensityLimit::memory_in_use);
  result.load_of_one = result.load_of_node = result.load_of_node_half_width = std::nan("");
  return result;
}

double dominant_share(const PodUse& pod, const PodOverhead& overhead, const Allocatable& allocatable, Cores cores) {
  const double requested_cpu = pod.cpu_request ? pod.cpu_request->value + overhead.cpu.value : 0.0;
  const double requested_memory = pod.memory_request ? pod.memory_request->value : 0.0;
  const double used_memory = pod.memory.value > 0.0 ? pod.memory.value + overhead.memory.value : 0.0;
  return std::max({share(requested_cpu, allocatable.cpu.value), share(requested_memory, allocatable.memory.value),
                   share(used_memory, allocatable.memory.value), share(pod.cpu.value, cores.value),
                   share(1.0, static_cast<double>(allocatable.pods))});
}

}  // namespace models
