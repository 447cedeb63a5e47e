// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "models/host/host.hpp"

using models::Cores;
using models::cpu_weight;
using models::WeightRule;

TEST_CASE("A container that requests nothing has the kernel's default weight") {
  CHECK(cpu_weight({}, WeightRule::runc_1_3_2) == 100.0);
  CHECK(cpu_weight({}, WeightRule::runc_before_1_3_2) == 100.0);
}

TEST_CASE("One requested core weighs 100, and 39 before runc 1.3.2") {
  CHECK(cpu_weight(Cores{1.0}, WeightRule::runc_1_3_2) == 100.0);
  // 1 + (1024 - 2) * 9999 / 262142 = 1 + 38.98
  CHECK(cpu_weight(Cores{1.0}, WeightRule::runc_before_1_3_2) == 39.0);
}

TEST_CASE("Weights stay within what the kernel accepts and grow with the request") {
  for (const WeightRule rule : {WeightRule::runc_1_3_2, WeightRule::runc_before_1_3_2}) {
    CHECK(cpu_weight(Cores{1e-6}, rule) == 1.0);
    CHECK(cpu_weight(Cores{1e6}, rule) == 10000.0);
    double last = 0.0;
    for (double cores = 0.01; cores < 256.0; cores *= 1.5) {
      const double weight = cpu_weight(Cores{cores}, rule);
      CHECK(weight >= last);
      last = weight;
    }
  }
}
