// SPDX-License-Identifier: MIT
// A FIFO in a power-of-two array. Grows by doubling and never shrinks, so that a steady state allocates
// nothing. Elements must be default constructible and movable.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace sim {

template <class T>
class Ring {
 public:
  bool empty() const { return first_ == end_; }
  std::size_t size() const { return end_ - first_; }

  T& front() { return items_[first_ & mask_]; }
  const T& front() const { return items_[first_ & mask_]; }
  T& operator[](std::size_t position) { return items_[(first_ + position) & mask_]; }

  void push_back(T item) {
    if (size() == capacity_) grow();
    items_[end_++ & mask_] = std::move(item);
  }

  void push_front(T item) {
    if (size() == capacity_) grow();
    items_[--first_ & mask_] = std::move(item);
  }

  T pop_front() { return std::move(items_[first_++ & mask_]); }

  void clear() {
    while (!empty()) pop_front();
  }

 private:
  [[gnu::noinline]] void grow() {
    const std::size_t larger = capacity_ == 0 ? 8 : 2 * capacity_;
    auto items = std::make_unique<T[]>(larger);
    const std::size_t count = size();
    for (std::size_t i = 0; i < count; ++i) items[i] = std::move((*this)[i]);
    items_ = std::move(items);
    capacity_ = larger;
    mask_ = larger - 1;
    first_ = 0;
    end_ = count;
  }

  std::unique_ptr<T[]> items_;
  std::size_t capacity_ = 0;
  std::size_t mask_ = 0;
  // Both count for ever and wrap around together; only their difference and their low bits matter.
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sim
