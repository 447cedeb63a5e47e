// SPDX-License-Identifier: MIT
// The event list and the queue that the hand-written models use.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bare {

__extension__ using Key = unsigned __int128;

// Events of 24-bit kinds by time, first in first out at equal times: a 4-ary heap whose pop leaves a hole
// that the next push fills.
class Heap {
 public:
  void push(double time, std::uint32_t kind) {
    const Key key = static_cast<Key>(std::bit_cast<std::uint64_t>(time)) << 64 | (++sequence_ << 24 | kind);
    if (hole_) {
      hole_ = false;
      sink(key);
      return;
    }
    keys_.push_back(key);
    std::size_t at = keys_.size() - 1;
    while (at > 0 && key < keys_[(at - 1) / 4]) {
      keys_[at] = keys_[(at - 1) / 4];
      at = (at - 1) / 4;
    }
    keys_[at] = key;
  }

  std::uint32_t pop(double& time) {
    fill_hole();
    hole_ = true;
    time = time_of(keys_[0]);
    return static_cast<std::uint32_t>(keys_[0]) & 0xffffff;
  }

  // Time of the event that pop() would take.
  double next() {
    fill_hole();
    return time_of(keys_[0]);
  }

 private:
  static double time_of(Key key) { return std::bit_cast<double>(static_cast<std::uint64_t>(key >> 64)); }

  void fill_hole() {
    if (!hole_) return;
    hole_ = false;
    const Key last = keys_.back();
    keys_.pop_back();
    if (!keys_.empty()) sink(last);
  }

  void sink(Key key) {
    const std::size_t size = keys_.size();
    Key* const keys = keys_.data();
    std::size_t at = 0;
    for (;;) {
      const std::size_t child = 4 * at + 1;
      if (child >= size) break;
      std::size_t least = child;
      const std::size_t end = child + 4 < size ? child + 4 : size;
      for (std::size_t i = child + 1; i < end; ++i) least = keys[i] < keys[least] ? i : least;
      if (key <= keys[least]) break;
      keys[at] = keys[least];
      at = least;
    }
    keys[at] = key;
  }

  std::vector<Key> keys_;
  std::uint64_t sequence_ = 0;
  bool hole_ = false;
};

// A FIFO in a power-of-two array.
template <class Item>
class Queue {
 public:
  std::size_t size() const { return end_ - first_; }
  void push(Item item) {
    if (size() == items_.size()) {
      std::vector<Item> larger(2 * items_.size());
      for (std::size_t i = 0; i < items_.size(); ++i) larger[i] = items_[(first_ + i) & (items_.size() - 1)];
      end_ = size();
      first_ = 0;
      items_ = std::move(larger);
    }
    items_[end_++ & (items_.size() - 1)] = item;
  }
  Item pop() { return items_[first_++ & (items_.size() - 1)]; }

 private:
  std::vector<Item> items_ = std::vector<Item>(16);
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

}  // namespace bare
