// SPDX-License-Identifier: MIT
// The machine and the box: cores of a node, CPU and memory limits of a container, neighbours beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"

namespace models {

// How Kubernetes' CPU request becomes cpu.weight (facts: opencontainers/runc #4772, crun PR 1767).
enum class WeightRule { runc_1_3_2, runc_before_1_3_2 };
constexpr std::array<std::string_view, 2> words(WeightRule) { return {"runc_1_3_2", "runc_before_1_3_2"}; }

enum class OomRule { process, group };
constexpr std::array<std::string_view, 2> words(OomRule) { return {"process", "group"}; }

struct Resources {
  std::optional<Cores> cpu;
  std::optional<Bytes> memory;
};

template <class Table>
void describe(Table& table, const Resources*) {
  table("cpu", &Resources::cpu, "CPU in cores.", above(0), Example{"2"});
  table("memory", &Resources::memory, "Memory as the cgroup charges it.", between(1024 * 1024, 1e15), Example{"1Gi"});
}

struct Container {
  Resources limits;                      // absent: unlimited
  Resources requests;                    // absent: equal to the limit, as Kubernetes does
  Duration cpu_period{0.1};              // cpu.max period, 1ms..1s
  Duration cpu_burst{0.0};               // cpu.max.burst, CPU time that may be saved up, >= 0
  std::optional<Count> cpuset;           // cores the container may use, 1..cores of the node
  OomRule oom = OomRule::group;          // Kubernetes >= 1.28 on cgroup v2 kills the whole container
};

template <class Table>
void describe(Table& table, const Container*) {
  table("limits", &Container::limits, "What a container may use at most; absent: all there is.",
        Example{"{cpu: 2, memory: 1Gi}"});
  table("requests", &Container::requests, "What is reserved for it and weighs its share; absent: the limits.",
        Example{"{cpu: 500m}"});
  table("cpu_period", &Container::cpu_period, "Period in which the CPU quota is counted (cpu.max).",
        between(1e-3, 1.0));
  table("cpu_burst", &Container::cpu_burst, "Unused CPU time that may be saved up (cpu.max.burst).",
        between(0.0, 100.0));
  table("cpuset", &Container::cpuset, "Cores that the container may use; absent: all of the node.", between(1, 4096),
        Example{"2"});
  table("oom", &Container::oom, "What the out-of-memory killer takes: one process or the whole container.");
}

// A container beside ours that computes all the time.
struct Neighbour {
  std::string name;
  Count threads = 1;                     // 1..4096
  Resources requests;
  Resources limits;
};

template <class Table>
void describe(Table& table, const Neighbour*) {
  table.key(&Neighbour::name);
  table("threads", &Neighbour::threads, "Threads that compute all the time.", between(1, 4096));
  table("requests", &Neighbour::requests, "What is reserved for it and weighs its share; absent: the limits.");
  table("limits", &Neighbour::limits, "What it may use at most; absent: all there is.");
}

struct Node {
  Count cores = 2;                       // 1..4096
  // Throughput of k busy cores over that of one, k = 1..cores: scaling[k-1]. Empty: perfect scaling.
  std::vector<double> scaling;
  std::string host;                      // host profile that gives cores and scaling; CPU times are carried to its speed
  WeightRule weight_rule = WeightRule::runc_1_3_2;
  std::vector<Neighbour> neighbours;
};

template <class Table>
void describe(Table& table, const Node*) {
  table.at_most_one_of({"host", "cores"});
  table.at_most_one_of({"host", "scaling"});
  table("cores", &Node::cores, "Cores of the machine.", between(1, 4096));
  table("scaling", &Node::scaling,
        "Throughput of 1, 2, ... busy cores over that of one, for every core; absent: perfect.", between(1, 4096),
        Example{"[1.0, 1.94]"});
  table("host", &Node::host,
        "Host profile that gives cores and scaling; CPU times of profiles from other hosts are carried to its speed.",
        Example{"hosts/big.host.yaml"});
  table("weight_rule", &Node::weight_rule, "How a CPU request becomes cpu.weight.");
  table("neighbours", &Node::neighbours, "Containers beside ours that compute all the time.", between(0, 256),
        Example{"{batch: {threads: 2, requests: {cpu: 1}}}"});
}

// cpu.weight for a CPU request under a rule. An absent request gets the kernel's default weight.
double cpu_weight(std::optional<Cores> request, WeightRule rule);

}  // namespace models
