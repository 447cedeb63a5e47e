// SPDX-License-Identifier: MIT
#include "tools/kernels/catalogue.hpp"

#include <array>

namespace kernels {

std::span<const ShippedKernel> shipped_kernels() {
  static constexpr std::array all{
      ShippedKernel{"json_orders", "Python: writes and reads 30 orders as JSON; all of it under the lock"},
      ShippedKernel{"regex_log", "Python: matches 400 lines of a log; all of it under the lock"},
      ShippedKernel{"template_page", "Python: renders a page with string.Template; all of it under the lock"},
      ShippedKernel{"sha256_block", "Python: hashes 1 MiB; the lock is released meanwhile"},
      ShippedKernel{"zlib_text", "Python: compresses JSON; the lock is released meanwhile"},
      ShippedKernel{"numeric_loop", "Python: sums squares in a loop; all of it under the lock, nothing shared"},
      ShippedKernel{"shared_dict", "Python: counts in a dictionary that all threads share"},
      ShippedKernel{"sqlite_query", "Python: groups and sorts 2,000 rows in memory"},
      ShippedKernel{"sleep", "Python: sleeps 5 ms; the lock is released"},
      ShippedKernel{"native_compute", "C++: computes in registers", true},
      ShippedKernel{"native_memory", "C++: takes, writes and walks 4 MiB", true},
  };
  return all;
}

const ShippedKernel* find_kernel(std::string_view name) {
  for (const ShippedKernel& kernel : shipped_kernels()) {
    if (kernel.name == name) return &kernel;
  }
  return nullptr;
}

}  // namespace kernels
