// SPDX-License-Identifier: MIT
// How long forked processes share a heap that was there before the fork: writing to a page, be it to count a reference,
// makes it private.
//
// With n requests of one kernel served, private(n) = f + (1 - f - g)(1 - e^(-n / n0)) of the heap (f: copied at once,
// g: never copied), which is exact where every request writes to pages at random. Kernels may have a g and n0 of their
// own; those that have none write to one set of pages, the profile's. In a mix, with n_k requests of the kernels that
// write to set k,
//
//   shared = (1 - f) product over k of (1 - a_k (1 - e^(-n_k / n0_k))),   a_k = (1 - f - g_k) / (1 - f)
//
// so that a kernel alone follows its own law, and no mix copies more than there is. Assumption: the sets lie in the heap
// independently of each other; less is shared where they do not overlap, more where one holds the others.
#pragma once

#include <cstddef>
#include <vector>

#include "models/profile/profile.hpp"

namespace models {

// What one process still shares.
struct SharedPages {
  double share = 0.0;              // of the heap
  std::vector<double> untouched;   // of each set of pages, what requests have not written to yet
};

class CopyOnWrite {
 public:
  // `freeze`: gc.freeze before the fork, nothing is copied after f.
  CopyOnWrite(const MemoryCosts& costs, const std::vector<Kernel>& kernels, bool freeze);

  SharedPages fork() const;

  // One request of the kernel at this place among `kernels`; returns the share of the heap that it makes private.
  // Allocates nothing.
  double write(SharedPages& pages, std::size_t kernel) const;

  // Share of the heap that a process shares after so many requests of each of `kernels`.
  double shared_after(const std::vector<double>& requests) const;

 private:
  struct PageSet {
    double share;    // a_k
    double decay;    // n0_k
    double keep;     // e^(-1 / n0_k)
    double shared(double untouched) const { return 1.0 - share + share * untouched; }
  };

  double after_fork_;                  // 1 - f
  std::vector<PageSet> sets_;          // the profile's, then those of kernels that have their own
  std::vector<std::size_t> set_of_;    // by kernel
};

}  // namespace models
