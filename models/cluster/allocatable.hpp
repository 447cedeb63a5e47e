// SPDX-License-Identifier: MIT
// What a Kubernetes node leaves to pods: capacity minus what is reserved for kubelet and system and what eviction
// keeps free. Units: cores and bytes.
//
//   GKE  CPU     6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of all others
//        memory  25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % above,
//                and 100 MiB for eviction; 255 MiB of machines below 1 GiB     (GKE documentation, plan node sizes)
//   EKS  CPU     as GKE
//        memory  11 MiB for each pod that may run and 255 MiB, and 100 MiB for eviction
//                                                                           (awslabs/amazon-eks-ami, nodeadm, 2026-07)
//   AKS  CPU     60, 100, 140, 180, 260, 420, 740 m of 1, 2, 4, 8, 16, 32, 64 cores, linear between
//        memory  the smaller of 20 MB for each pod that may run and 50 MB, and 25 %; and 100 MiB for eviction
//                                                                        (AKS documentation, Kubernetes 1.29 and later)
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"

namespace models {

enum class ReserveRule { provider, none, eks, gke, aks };
constexpr std::array<std::string_view, 5> words(ReserveRule) { return {"provider", "none", "eks", "gke", "aks"}; }

struct Reserve {
  ReserveRule rule = ReserveRule::provider;  // provider: the rule of whoever sells the node
  std::optional<Cores> cpu;                  // given: instead of the rule's
  std::optional<Bytes> memory;
  Fraction vm_overhead{0.0};                 // memory that the machine shows less than it is sold with
};

template <class Table>
void describe(Table& table, const Reserve*) {
  table.shorthand("rule");
  table("rule", &Reserve::rule, "Whose rule decides; provider: that of the price sheet's.");
  table("cpu", &Reserve::cpu, "CPU that pods do not get, instead of the rule's.", Example{"100m"});
  table("memory", &Reserve::memory, "Memory that pods do not get, instead of the rule's.", Example{"1Gi"});
  table("vm_overhead", &Reserve::vm_overhead,
        "Share of the memory sold that the machine does not show (Karpenter assumes 7.5%).");
}

struct NodeShape {
  Cores cpu;
  Bytes memory;
  Count max_pods = 110;
};

struct Allocatable {
  Cores cpu;
  Bytes memory;
  Count pods = 0;
};

Allocatable allocatable(const NodeShape& node, const Reserve& reserve);

}  // namespace models
