// SPDX-License-Identifier: MIT
// Staying on one core.
#pragma once

#include <sched.h>

namespace host {

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
