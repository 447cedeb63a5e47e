// SPDX-License-Identifier: MIT
// How many containers of one kind a node holds, by each resource, and which of them is used up first. Requests are
// what the scheduler counts; memory in use is what the kernel counts, and the larger of the two is believed.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "models/cluster/allocatable.hpp"
#include "models/host/host.hpp"

namespace models {

// Memory and CPU that each pod takes beside what its containers are charged for: the shim of the runtime (containerd:
// 9.5 to 11.1 MB resident, containerd issue 7878) and the pause process.
struct PodOverhead {
  Cores cpu{0.0};
  Bytes memory{11.0 * 1024.0 * 1024.0};
};

template <class Table>
void describe(Table& table, const PodOverhead*) {
  table("cpu", &PodOverhead::cpu, "CPU of it.", Example{"250m"});
  table("memory", &PodOverhead::memory, "Memory: the runtime's shim and the pause process.");
}

// What one container of the deployment requests and takes.
struct PodUse {
  std::optional<Cores> cpu_request;
  std::optional<Bytes> memory_request;
  Bytes memory;        // in use: the 99th percentile over replications of the most ever charged
  Cores cpu;           // in use, on average
};

// Requests of a container: absent ones are the limits, as Kubernetes does.
PodUse requests_of(const Container& container);

enum class DensityLimit { cpu_requests, memory_requests, memory_in_use, max_pods };
constexpr std::array<std::string_view, 4> words(DensityLimit) {
  return {"cpu_requests", "memory_requests", "memory_in_use", "max_pods"};
}

struct Density {
  std::string node;                          // type
  Cores cores;                               // of the node
  Allocatable allocatable;
  PodUse pod;
  std::optional<Count> by_cpu_requests;      // absent: nothing is requested
  std::optional<Count> by_memory_requests;
  std::optional<Count> by_memory_in_use;
  Count by_max_pods = 0;
  Count containers = 0;                      // the least of them
  DensityLimit binds = DensityLimit::max_pods;
  // At the service-level objective, by simulation: one container alone on the node, and the full node. Requests/s or
  // connections; NaN: not known.
  double load_of_one = 0.0;
  double load_of_node = 0.0;
  double load_of_node_half_width = 0.0;
};

Density density(const PodUse& pod, const PodOverhead& overhead, const Allocatable& allocatable);

// Share of a node that one such container takes: the largest over CPU and memory, requested or in use, and places for
// pods. CPU in use is counted against all of the node's cores, everything else against its allocatable.
double dominant_share(const PodUse& pod, const PodOverhead& overhead, const Allocatable& allocatable, Cores cores);

}  // namespace models
