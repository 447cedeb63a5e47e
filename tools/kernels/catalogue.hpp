// SPDX-License-Identifier: MIT
// The kernels that are shipped, by name: functions of tools/kernels/kernels.py and objects of tools/kernels/native.
#pragma once

#include <span>
#include <string_view>

namespace kernels {

struct ShippedKernel {
  std::string_view name;
  std::string_view help;
  bool native = false;
};

std::span<const ShippedKernel> shipped_kernels();
const ShippedKernel* find_kernel(std::string_view name);

}  // namespace kernels
