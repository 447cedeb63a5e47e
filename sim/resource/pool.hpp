// SPDX-License-Identifier: MIT
// A number of equal tokens, handed out first come first served. A released token goes to the longest waiting
// process, never past it. Whoever acquired a token releases it, also when it is killed while it holds one.
#pragma once

#include <cstddef>

#include "sim/core/simulation.hpp"
#include "sim/core/wait_list.hpp"

namespace sim {

class Pool {
 public:
  class Acquisition;

  Pool(Simulation& simulation, std::size_t tokens)
      : simulation_(simulation), tokens_(tokens), free_(tokens) {}

  Acquisition acquire();
  void release() {
    if (waiters_.empty()) {
      SIM_CHECK(simulation_, free_ < tokens_, "a pool got back more tokens than it has");
      ++free_;
      return;
    }
    simulation_.wake(waiters_.choose_first().handle());
  }

  Simulation& simulation() const { return simulation_; }
  std::size_t tokens() const { return tokens_; }
  std::size_t in_use() const { return tokens_ - free_; }
  std::size_t queue_length() const { return waiters_.size(); }

 private:
  Simulation& simulation_;
  std::size_t tokens_;
  std::size_t free_;
  WaitList waiters_;
};

class [[nodiscard]] Pool::Acquisition {
 public:
  explicit Acquisition(Pool& pool) : pool_(pool) {}
  Acquisition(const Acquisition&) = delete;
  Acquisition& operator=(const Acquisition&) = delete;
  ~Acquisition() {
    if (waiter_.chosen()) pool_.release();
  }

  bool await_ready() {
    if (pool_.free_ == 0) return false;
    --pool_.free_;
    return true;
  }
  void await_suspend(std::coroutine_handle<> handle) { pool_.waiters_.push_back(waiter_, handle); }
  void await_resume() { waiter_.resumed(); }

 private:
  Pool& pool_;
  Waiter waiter_;
};

inline Pool::Acquisition Pool::acquire() {
  return Acquisition(*this);
}

}  // namespace sim
