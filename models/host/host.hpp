// SPDX-License-Identifier: MIT
// The machine and the box: cores of a node, CPU and memory limits of a container, neighbours beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/quantity.hpp"

namespace models {

// How Kubernetes' CPU request becomes cpu.weight (facts: opencontainers/runc #4772, crun PR 1767).
enum class WeightRule { runc_1_3_2, runc_before_1_3_2 };

enum class OomRule { process, group };

struct Resources {
  std::optional<Cores> cpu;
  std::optional<Bytes> memory;
};

struct Container {
  Resources limits;                      // absent: unlimited
  Resources requests;                    // absent: equal to the limit, as Kubernetes does
  Duration cpu_period{0.1};              // cpu.max period, 1ms..1s
  Duration cpu_burst{0.0};               // cpu.max.burst, CPU time that may be saved up, >= 0
  std::optional<Count> cpuset;           // cores the container may use, 1..cores of the node
  OomRule oom = OomRule::group;          // Kubernetes >= 1.28 on cgroup v2 kills the whole container
};

// A container beside ours that computes all the time.
struct Neighbour {
  std::string name;
  Count threads = 1;                     // 1..4096
  Resources requests;
  Resources limits;
};

struct Node {
  Count cores = 2;                       // 1..4096
  // Throughput of k busy cores over that of one, k = 1..cores: scaling[k-1]. Empty: perfect scaling.
  std::vector<double> scaling;
  WeightRule weight_rule = WeightRule::runc_1_3_2;
  std::vector<Neighbour> neighbours;
};

// cpu.weight for a CPU request under a rule. An absent request gets the kernel's default weight.
double cpu_weight(std::optional<Cores> request, WeightRule rule);

}  // namespace models
