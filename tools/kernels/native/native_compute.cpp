// SPDX-License-Identifier: MIT
// Computes in registers: nothing is shared, so it scales with the cores.
#include <cstdint>

#include "tools/kernels/kernel.hpp"

extern "C" void forkcast_kernel(unsigned sequence) {
  std::uint64_t value = sequence + 88172645463325252u;
  for (int i = 0; i < 400'000; ++i) {
    value ^= value << 13;
    value ^= value >> 7;
    value ^= value << 17;
  }
  asm volatile("" : : "r"(value) : "memory");
}
