// SPDX-License-Identifier: MIT
// A stack of plain data in an array that doubles when it is full and never shrinks. Unlike a std::vector's, its growth
// is out of line: a function that pushes need not save the registers that growing would take.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace sim {

template <class T>
requires std::is_trivially_copyable_v<T>
class Stack {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  T& operator[](std::size_t place) { return items_[place]; }
  const T& operator[](std::size_t place) const { return items_[place]; }
  T& front() { return items_[0]; }
  const T& front() const { return items_[0]; }
  T& back() { return items_[size_ - 1]; }
  const T& back() const { return items_[size_ - 1]; }
  T* begin() { return items_.get(); }
  const T* begin() const { return items_.get(); }
  T* end() { return items_.get() + size_; }
  const T* end() const { return items_.get() + size_; }

  void push_back(T item) {
    if (size_ == capacity_) [[unlikely]]
      grow(8);
    items_[size_++] = item;
  }
  T pop_back() { return items_[--size_]; }
  void clear() { size_ = 0; }
  // Makes room for so many in all.
  void reserve(std::size_t items) {
    if (items > capacity_) grow(items);
  }

 private:
  [[gnu::noinline]] void grow(std::size_t least) {
    const std::size_t larger = std::max(least, 2 * capacity_);
    auto items = std::make_unique<T[]>(larger);
    std::copy_n(items_.get(), size_, items.get());
    items_ = std::move(items);
    capacity_ = larger;
  }

  std::unique_ptr<T[]> items_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace sim
