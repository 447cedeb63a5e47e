// SPDX-License-Identifier: MIT
#include "tools/cli/interrupt.hpp"

#include <atomic>

namespace cli {
namespace {

// A signal handler can reach nothing but static storage: the one exception to "no globals".
std::atomic<bool> signalled{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void note(int) { signalled.store(true, std::memory_order_relaxed); }

}  // namespace

Interrupt::Interrupt() {
  signalled.store(false);
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  ::sigaction(SIGINT, &action, &old_interrupt_);
  ::sigaction(SIGTERM, &action, &old_terminate_);
}

Interrupt::~Interrupt() {
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::sigaction(SIGTERM, &old_terminate_, nullptr);
}

bool Interrupt::requested() const { return signalled.load(std::memory_order_relaxed); }

}  // namespace cli
