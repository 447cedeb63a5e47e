// SPDX-License-Identifier: MIT
// A FIFO of items between processes. An item that is put while processes wait goes to the longest waiting
// one, never past it; if that process is killed before it is resumed, the item goes to the next or back to
// the front, so that no item is ever lost.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>

#include "sim/core/ring.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/wait_list.hpp"

namespace sim {

template <class T>
requires std::default_initializable<T> && std::movable<T>
class Queue {
 public:
  class Taking;

  explicit Queue(Simulation& simulation) : simulation_(simulation) {}

  void put(T item) {
    if (takers_.empty()) {
      items_.push_back(std::move(item));
    } else {
      hand_over(std::move(item));
    }
  }
  [[nodiscard]] Taking take() { return Taking(*this); }
  std::optional<T> try_take() {
    if (items_.empty()) return std::nullopt;
    return items_.pop_front();
  }

  Simulation& simulation() const { return simulation_; }
  std::size_t size() const { return items_.size(); }
  std::size_t waiting() const { return takers_.size(); }

 private:
  void hand_over(T item) {
    auto& taking = static_cast<Taking&>(takers_.choose_first());
    taking.item_ = std::move(item);
    simulation_.wake(taking.handle());
  }

  Simulation& simulation_;
  Ring<T> items_;
  WaitList takers_;
};

template <class T>
requires std::default_initializable<T> && std::movable<T>
class Queue<T>::Taking : private Waiter {
 public:
  explicit Taking(Queue& queue) : queue_(queue) {}
  ~Taking() {
    if (!chosen()) return;
    if (queue_.takers_.empty()) {
      queue_.items_.push_front(std::move(item_));
    } else {
      queue_.hand_over(std::move(item_));
    }
  }

  bool await_ready() {
    if (queue_.items_.empty()) return false;
    item_ = queue_.items_.pop_front();
    return true;
  }
  void await_suspend(std::coroutine_handle<> handle) { queue_.takers_.push_back(*this, handle); }
  T await_resume() {
    resumed();
    return std::move(item_);
  }

 private:
  friend class Queue;

  Queue& queue_;
  T item_{};
};

}  // namespace sim
