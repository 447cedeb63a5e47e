// SPDX-License-Identifier: MIT
// Starting threads and processes, and what a fork costs with the size of the touched heap: copying page tables at
// once, and a page at its first write afterwards (copy-on-write).
#pragma once

#include <cstddef>

namespace host {

double thread_start_seconds(int count);      // create, run nothing, join
double process_start_seconds(int count);     // fork, exec of /bin/true, wait

// Fork of a process with so many MiB of touched heap, whose child ends at once, and the wait for it.
double fork_seconds(std::size_t heap_mib, int count);

// fork_seconds without a heap, and its slope over the heap by least squares.
struct ForkCost {
  double base = 0.0;           // seconds
  double per_mib = 0.0;        // seconds
};
ForkCost fork_cost(std::size_t largest_mib, int count);

// First write to a page that parent and child share; mean over `pages`. CPU time of the writer.
double copy_on_write_seconds(std::size_t pages);

}  // namespace host
