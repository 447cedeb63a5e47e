// SPDX-License-Identifier: MIT
// Kubernetes CPU request -> cgroup v1 shares -> cgroup v2 cpu.weight.
//   shares = milliCPU * 1024 / 1000, at least 2, at most 262144
//   runc < 1.3.2:   weight = 1 + (shares - 2) * 9999 / 262142
//   runc >= 1.3.2:  weight = ceil(10^(L^2 / 612 + 125 L / 612 - 7 / 34)), L = log2(shares)
// Sources: opencontainers/runc #4772 and PR 4785, containers/crun PR 1767. 1 CPU becomes 39, and 100 since.
#include <algorithm>
#include <cmath>

#include "models/host/host.hpp"

namespace models {

double cpu_weight(std::optional<Cores> request, WeightRule rule) {
  constexpr double kernel_default = 100.0;
  if (!request) return kernel_default;
  const double shares = std::clamp(std::floor(request->value * 1024.0), 2.0, 262144.0);
  if (rule == WeightRule::runc_before_1_3_2) return 1.0 + std::floor((shares - 2.0) * 9999.0 / 262142.0);
  const double l = std::log2(shares);
  const double exact = std::pow(10.0, l * l / 612.0 + 125.0 * l / 612.0 - 7.0 / 34.0);
  constexpr double rounding = 1e-9;  // keeps 1 CPU, exactly 10^2, at 100
  return std::clamp(std::ceil(exact * (1.0 - rounding)), 1.0, 10000.0);
}

}  // namespace models
