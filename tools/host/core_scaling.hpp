// SPDX-License-Identifier: MIT
// Throughput of k busy threads, each on a core of its own: what further cores add. Sibling threads of a core, shared
// caches and memory bandwidth, and a hypervisor that overcommits all show here.
#pragma once

#include <cstddef>
#include <vector>

namespace host {

enum class Work { compute, memory };  // registers and first cache; streaming through 32 MiB a thread

// Units of work per second of k threads together, over `seconds` of wall time.
double throughput(Work work, std::size_t threads, double seconds, const std::vector<int>& cores);

// The numbers of threads that are measured: all up to 8, then about six for each doubling, and the last.
std::vector<std::size_t> measured_counts(std::size_t cores);

// Throughput at 1, 2, ... cores over that at one from that at the measured counts, by linear interpolation; never
// above the number of cores and never falling below what one core does.
std::vector<double> scaling_curve(const std::vector<std::size_t>& counts, const std::vector<double>& over_one);

}  // namespace host
