// SPDX-License-Identifier: MIT
// What nodes keep for themselves, against the figures that the providers publish.
#include "models/cluster/allocatable.hpp"

#include <doctest/doctest.h>

namespace {

using models::Allocatable;
using models::Bytes;
using models::Reserve;
using models::ReserveRule;

constexpr double mebibyte = 1024.0 * 1024.0;
constexpr double gibibyte = 1024.0 * mebibyte;

Allocatable of(double cores, double memory, ReserveRule rule, models::Count pods = 110) {
  Reserve reserve;
  reserve.rule = rule;
  return models::allocatable({{cores}, {memory}, pods}, reserve);
}

}  // namespace

TEST_CASE("GKE: 6 % of the first core, 1 % of the second, 0.5 % of two more, 0.25 % of the rest") {
  // Documentation: 4 vCPU leave 3,920 m. Reserved of 1, 2, 4, 8, 16: 60, 70, 80, 90, 110 m.
  CHECK(of(4, gibibyte, ReserveRule::gke).cpu.value == doctest::Approx(3.920));
  const double reserved[][2] = {{1, 0.060}, {2, 0.070}, {4, 0.080}, {8, 0.090}, {16, 0.110}};
  for (const auto& [cores, kept] : reserved) CHECK(cores - of(cores, gibibyte, ReserveRule::gke).cpu.value == doctest::Approx(kept));
}

TEST_CASE("GKE: memory by tiers and 100 MiB for eviction") {
  // Documentation: 150 GiB reserve 9.76 GiB and 100 MiB. Tiers by hand: 1 + 0.8 + 0.8 + 6.72 + 0.44 = 9.76.
  CHECK((150.0 * gibibyte - of(4, 150.0 * gibibyte, ReserveRule::gke).memory.value) / gibibyte ==
        doctest::Approx(9.76 + 100.0 / 1024.0));
  const double left[][2] = {{4, 2.902}, {8, 6.102}, {16, 13.302}, {32, 28.342}, {64, 58.422}, {128, 118.582}};
  for (const auto& [memory, allocatable] : left) {
    CHECK(of(4, memory * gibibyte, ReserveRule::gke).memory.value / gibibyte == doctest::Approx(allocatable).epsilon(1e-4));
  }
  CHECK(of(1, 0.6 * gibibyte, ReserveRule::gke).memory.value == doctest::Approx(0.6 * gibibyte - 255.0 * mebibyte));
}

TEST_CASE("EKS: 11 MiB a pod and 255 MiB, and 100 MiB for eviction; CPU as GKE") {
  // nodeadm: 574, 893, 2,829 MiB of kubeReserved for 29, 58, 234 pods.
  const double kept[][2] = {{29, 574}, {58, 893}, {234, 2829}};
  for (const auto& [pods, reserved] : kept) {
    const Allocatable node = of(2, 8.0 * gibibyte, ReserveRule::eks, static_cast<models::Count>(pods));
    CHECK((8.0 * gibibyte - node.memory.value) / mebibyte == doctest::Approx(reserved + 100.0));
    CHECK(node.pods == static_cast<models::Count>(pods));
  }
  CHECK(of(2, gibibyte, ReserveRule::eks).cpu.value == doctest::Approx(1.930));
}

TEST_CASE("AKS: CPU from its table, memory by pods or a quarter") {
  const double reserved[][2] = {{1, 0.060}, {2, 0.100}, {4, 0.140}, {8, 0.180}, {16, 0.260}, {32, 0.420}, {64, 0.740}};
  for (const auto& [cores, kept] : reserved) CHECK(cores - of(cores, gibibyte, ReserveRule::aks).cpu.value == doctest::Approx(kept));
  CHECK(6.0 - of(6, gibibyte, ReserveRule::aks).cpu.value == doctest::Approx(0.160));
  // Documentation: 8 GB and 30 pods keep 650 MB and the eviction threshold, 90.6 % are left.
  const Allocatable node = of(2, 8e9, ReserveRule::aks, 30);
  CHECK(8e9 - node.memory.value == doctest::Approx(650e6 + 100.0 * mebibyte));
  CHECK(node.memory.value / 8e9 == doctest::Approx(0.906).epsilon(5e-4));
  // 110 pods would keep 2,250 MB; a quarter of 4 GB is less.
  CHECK(4e9 - of(2, 4e9, ReserveRule::aks, 110).memory.value == doctest::Approx(1e9 + 100.0 * mebibyte));
}

TEST_CASE("given reserves go before the rule, and never leave less than nothing") {
  Reserve reserve;
  reserve.rule = ReserveRule::gke;
  reserve.cpu = models::Cores{0.25};
  reserve.memory = Bytes{gibibyte};
  Allocatable node = models::allocatable({{4.0}, {8.0 * gibibyte}, 20}, reserve);
  CHECK(node.cpu.value == 3.75);
  CHECK(node.memory.value == 7.0 * gibibyte);
  CHECK(node.pods == 20);
  reserve.cpu = models::Cores{5.0};
  reserve.memory = Bytes{9.0 * gibibyte};
  node = models::allocatable({{4.0}, {8.0 * gibibyte}, 20}, reserve);
  CHECK(node.cpu.value == 0.0);
  CHECK(node.memory.value == 0.0);
}

TEST_CASE("what the hypervisor keeps is taken off before the rule") {
  Reserve reserve;
  reserve.rule = ReserveRule::none;
  reserve.vm_overhead = {0.075};
  CHECK(models::allocatable({{2.0}, {8.0 * gibibyte}, 29}, reserve).memory.value == doctest::Approx(7.4 * gibibyte));
}
