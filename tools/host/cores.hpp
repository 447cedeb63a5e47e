// SPDX-License-Identifier: MIT
// The cores that this process may run on, and staying on one of them.
#pragma once

#include <sched.h>

#include <vector>

namespace host {

std::vector<int> allowed_cores();

// The calling thread runs on this core only while the object lives. Where that is not permitted it runs anywhere.
class PinnedTo {
 public:
  explicit PinnedTo(int core);
  ~PinnedTo();
  PinnedTo(const PinnedTo&) = delete;
  PinnedTo& operator=(const PinnedTo&) = delete;

 private:
  cpu_set_t before_;
};

}  // namespace host
