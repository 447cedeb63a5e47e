// SPDX-License-Identifier: MIT
// Takes 4 MiB, writes every page and walks it once: page faults, caches and memory bandwidth, which cores share.
#include <cstddef>
#include <memory>

#include "tools/kernels/kernel.hpp"

extern "C" void forkcast_kernel(unsigned sequence) {
  constexpr std::size_t size = std::size_t{4} * 1024 * 1024;
  const std::unique_ptr<unsigned char[]> block(new unsigned char[size]);
  for (std::size_t at = 0; at < size; at += 64) block[at] = static_cast<unsigned char>(sequence + at);
  unsigned sum = 0;
  for (std::size_t at = 0; at < size; at += 64) sum += block[at];
  asm volatile("" : : "r"(sum) : "memory");
}
