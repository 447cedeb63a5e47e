// SPDX-License-Identifier: MIT
// While it lives, the first SIGINT or SIGTERM asks the run to end early with what is finished; the second kills.
#pragma once

#include <csignal>

namespace cli {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool requested() const;   // from any thread

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace cli
