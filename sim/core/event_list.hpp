// SPDX-License-Identifier: MIT
// Pending events. An event is 16 bytes of plain data: the bits of a non-negative double (they sort like the
// number), then its stamp: 40 bits of sequence number and the 24-bit index of the slot it fires. Compared as
// one 128-bit integer: earliest first, and first come first served among equal times, on every machine.
//
// An event list is any class with
//   void push(Event)            bool empty() const
//   Event top()                 the smallest; the list must not be empty
//   Event pop()                 removes it
//   void visit_next(likely, next)
//                               right after a pop, if there are so many events that what they lead to has to be
//                               fetched from memory: calls likely with some of the earliest, then next with the
//                               earliest
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "sim/core/time.hpp"

namespace sim {

__extension__ using Event = unsigned __int128;
using Stamp = std::uint64_t;

inline constexpr int slot_bits = 24;
inline constexpr int sequence_bits = 40;
inline constexpr std::uint64_t last_sequence = (std::uint64_t{1} << sequence_bits) - 1;

constexpr Stamp make_stamp(std::uint64_t sequence, std::uint32_t slot) {
  return sequence << slot_bits | slot;
}
constexpr Event make_event(TimePoint time, Stamp stamp) {
  return static_cast<Event>(std::bit_cast<std::uint64_t>(time.seconds)) << 64 | stamp;
}
constexpr TimePoint time_of(Event event) {
  return {std::bit_cast<double>(static_cast<std::uint64_t>(event >> 64))};
}
// Compares bits, which any event has, whether or not its time is one.
constexpr bool is_after(Event event, TimePoint time) {
  return static_cast<std::uint64_t>(event >> 64) > std::bit_cast<std::uint64_t>(time.seconds);
}
constexpr Stamp stamp_of(Event event) {
  return static_cast<Stamp>(event);
}
constexpr std::uint32_t slot_of(Event event) {
  return static_cast<std::uint32_t>(event) & ((std::uint32_t{1} << slot_bits) - 1);
}

// A heap with four children a node, which share one cache line. pop() leaves a hole at the root that the next
// push fills: most events cause exactly one further event, and that pair then costs one descent, not two. Who
// asks for the smallest event meanwhile gets the least child of the hole, from which that descent then goes on.
// Behind the last event stand events that are later than any, so that every node has four children.
class QuaternaryHeap {
 public:
  bool empty() const { return size_ == (hole_ ? 1u : 0u); }

  void push(Event event) {
    if (hole_) {
      hole_ = false;
      sink(0, least_below_hole(), event);
      return;
    }
    if (size_ == capacity_) grow();
    std::size_t at = size_++;
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (nodes_[parent] <= event) break;
      nodes_[at] = nodes_[parent];
      at = parent;
    }
    nodes_[at] = event;
  }

  Event top() {
    if (!hole_) return nodes_[0];
    return nodes_[least_below_hole()];
  }

  Event pop() {
    if (hole_) return pop_least();
    hole_ = true;
    least_ = 0;
    return nodes_[0];
  }

  template <class Likely, class Next>
  void visit_next(Likely likely, Next next) {
    if (size_ < prefetch_from) return;
    for (std::size_t child = 1; child < 5; ++child) likely(nodes_[child]);
    next(top());
  }

 private:
  static constexpr std::size_t line = 64;
  static constexpr Event none = ~Event{0};
  // Three unused entries in front put the children 4i+1..4i+4 of every node on one cache line; one behind
  // completes the last line.
  static constexpr std::size_t padding = 3;
  static constexpr std::size_t prefetch_from = 1024;

  struct FreeLines {
    void operator()(Event* storage) const { ::operator delete[](storage, std::align_val_t{line}); }
  };

  // The hole stays at the root; the last event goes where the popped one was.
  [[gnu::noinline]] Event pop_least() {
    const std::size_t at = least_below_hole();
    const Event event = nodes_[at];
    const Event last = std::exchange(nodes_[--size_], none);
    least_ = 0;
    if (4 * at + 1 < size_) {
      sink(at, least_child(at), last);
    } else if (at < size_) {
      nodes_[at] = last;
    }
    return event;
  }

  std::size_t least_below_hole() {
    if (least_ == 0) least_ = least_child(0);
    return least_;
  }

  std::size_t least_child(std::size_t at) const {
    const Event* const nodes = nodes_;
    const std::size_t child = 4 * at + 1;
    const std::size_t left = child + (nodes[child + 1] < nodes[child] ? 1u : 0u);
    const std::size_t right = child + 2 + (nodes[child + 3] < nodes[child + 2] ? 1u : 0u);
    return nodes[right] < nodes[left] ? right : left;
  }

  // Puts `event` where it belongs below the vacant place `at`, whose least child this is.
  void sink(std::size_t at, std::size_t least, Event event) {
    Event* const nodes = nodes_;
    const std::size_t size = size_;
    const bool large = size >= prefetch_from;
    while (nodes[least] < event) {
      nodes[at] = nodes[least];
      at = least;
      if (4 * at + 1 >= size) break;
      if (large) {
        const Event* const grandchildren = nodes + (16 * at + 5);
        for (std::size_t i = 0; i < 16; i += 4) __builtin_prefetch(grandchildren + i);
      }
      least = least_child(at);
    }
    nodes[at] = event;
  }

  [[gnu::noinline]] void grow() {
    const std::size_t capacity = capacity_ == 0 ? 64 : 2 * capacity_;
    const std::size_t entries = padding + capacity + 1;
    auto* const lines =
        static_cast<Event*>(::operator new[](entries * sizeof(Event), std::align_val_t{line}));
    std::unique_ptr<Event, FreeLines> storage(lines);
    std::fill_n(lines, entries, none);
    std::copy_n(nodes_, size_, lines + padding);
    storage_ = std::move(storage);
    nodes_ = lines + padding;
    capacity_ = capacity;
  }

  std::unique_ptr<Event, FreeLines> storage_;
  Event* nodes_ = nullptr;
  std::size_t size_ = 0;  // counts the hole
  std::size_t capacity_ = 0;
  bool hole_ = false;
  std::size_t least_ = 0;  // child of the hole; 0: not known
};

}  // namespace sim
