// SPDX-License-Identifier: MIT
#include "models/cluster/density.hpp"

#include <doctest/doctest.h>

#include "sim/random/stream.hpp"

namespace {

using models::Allocatable;
using models::Density;
using models::DensityLimit;
using models::PodUse;

constexpr double mebibyte = 1024.0 * 1024.0;
constexpr Allocatable node{{7.91}, {30'000.0 * mebibyte}, 58};
constexpr models::PodOverhead none{{0.0}, {0.0}};

PodUse pod(double cpu, double mebibytes) {
  PodUse use;
  use.cpu_request = models::Cores{cpu};
  use.memory_request = models::Bytes{mebibytes * mebibyte};
  return use;
}

}  // namespace

TEST_CASE("containers on a node by each resource, and the scarcest binds") {
  // 7.91 / 0.5 = 15.8, 30,000 / 512 = 58.6, 58 places.
  Density found = models::density(pod(0.5, 512.0), none, node);
  CHECK(*found.by_cpu_requests == 15);
  CHECK(*found.by_memory_requests == 58);
  CHECK(found.by_max_pods == 58);
  CHECK(found.containers == 15);
  CHECK(found.binds == DensityLimit::cpu_requests);
  // 30,000 / 3,000 = 10.
  found = models::density(pod(0.5, 3000.0), none, node);
  CHECK(found.containers == 10);
  CHECK(found.binds == DensityLimit::memory_requests);
  // 58 places before 79 by CPU and 300 by memory.
  found = models::density(pod(0.1, 100.0), none, node);
  CHECK(found.containers == 58);
  CHECK(found.binds == DensityLimit::max_pods);
}

TEST_CASE("memory in use binds where less is requested than used, with the shim of each pod") {
  PodUse use = pod(0.1, 256.0);
  use.memory = {990.0 * mebibyte};
  // 30,000 / (990 + 10) = 30.
  const Density found = models::density(use, {{0.0}, {10.0 * mebibyte}}, node);
  CHECK(*found.by_memory_in_use == 30);
  CHECK(found.containers == 30);
  CHECK(found.binds == DensityLimit::memory_in_use);
}

TEST_CASE("without requests and use only the places for pods bind") {
  const Density found = models::density(PodUse{}, none, node);
  CHECK_FALSE(found.by_cpu_requests);
  CHECK_FALSE(found.by_memory_requests);
  CHECK(found.containers == 58);
}

TEST_CASE("absent requests are the limits") {
  models::Container box;
  box.limits.cpu = models::Cores{2.0};
  box.limits.memory = models::Bytes{512.0 * mebibyte};
  box.requests.memory = models::Bytes{256.0 * mebibyte};
  const PodUse use = models::requests_of(box);
  CHECK(use.cpu_request->value == 2.0);
  CHECK(use.memory_request->value == 256.0 * mebibyte);
}

TEST_CASE("a full node is never less than its containers' shares: whole nodes cost at least as much") {
  sim::Stream stream(1, 0, "shares", 0);
  for (int i = 0; i < 500; ++i) {
    PodUse use = pod(0.05 + 2.0 * stream.uniform(), 10.0 + 4000.0 * stream.uniform());
    use.memory = {5000.0 * stream.uniform() * mebibyte};
    const models::PodOverhead overhead{{0.0}, {11.0 * mebibyte}};
    const Density found = models::density(use, overhead, node);
    if (found.containers == 0) continue;
    const double share = models::dominant_share(use, overhead, node, {8.0});
    CHECK(share * static_cast<double>(found.containers) <= 1.0 + 1e-8);
  }
}
