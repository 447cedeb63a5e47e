// SPDX-License-Identifier: MIT
// What the engine is measured against: the same models by hand, as a heap of plain events and a switch.
// Nothing else: no processes, no cancelling, no checks.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/random/stream.hpp"

namespace bare {

__extension__ typedef unsigned __int128 Key;

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
    if (hole_) {
      const Key last = keys_.back();
      keys_.pop_back();
      if (!keys_.empty()) sink(last);
    }
    hole_ = true;
    time = std::bit_cast<double>(static_cast<std::uint64_t>(keys_[0] >> 64));
    return static_cast<std::uint32_t>(keys_[0]) & 0xffffff;
  }

 private:
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

// A FIFO of arrival times in a power-of-two array.
class Line {
 public:
  std::size_t size() const { return end_ - first_; }
  void push(double time) {
    if (size() == times_.size()) {
      std::vector<double> larger(2 * times_.size());
      for (std::size_t i = 0; i < times_.size(); ++i) larger[i] = times_[(first_ + i) & (times_.size() - 1)];
      end_ = size();
      first_ = 0;
      times_ = std::move(larger);
    }
    times_[end_++ & (times_.size() - 1)] = time;
  }
  double pop() { return times_[first_++ & (times_.size() - 1)]; }

 private:
  std::vector<double> times_ = std::vector<double>(16);
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

// Customers of an M/M/c queue with service rate 1; returns the mean time in the system.
inline double queue(std::uint64_t customers, std::size_t servers, double load) {
  sim::Stream arrivals(1, 0, "arrivals", 0);
  sim::Stream services(1, 0, "services", 0);
  enum Kind : std::uint32_t { arrival, departure };
  Heap heap;
  Line line;
  std::vector<double> in_service(servers);
  std::vector<std::uint32_t> idle;
  for (std::size_t i = servers; i > 0; --i) idle.push_back(static_cast<std::uint32_t>(i - 1));
  const double gap = 1.0 / (load * static_cast<double>(servers));
  heap.push(gap * arrivals.exponential(), arrival);
  std::uint64_t done = 0;
  double total = 0.0;
  double now = 0.0;
  while (done < customers) {
    const std::uint32_t kind = heap.pop(now);
    switch (kind) {
      case arrival:
        heap.push(now + gap * arrivals.exponential(), arrival);
        if (idle.empty()) {
          line.push(now);
        } else {
          const std::uint32_t server = idle.back();
          idle.pop_back();
          in_service[server] = now;
          heap.push(now + services.exponential(), departure + server);
        }
        break;
      default: {
        const std::uint32_t server = kind - departure;
        total += now - in_service[server];
        ++done;
        if (line.size() > 0) {
          in_service[server] = line.pop();
          heap.push(now + services.exponential(), kind);
        } else {
          idle.push_back(server);
        }
      }
    }
  }
  return total / static_cast<double>(done);
}

// Each of `pending` things waits for an exponential time, again and again.
inline double hold(std::uint64_t events, std::uint32_t pending) {
  sim::Stream random(1, 0, "hold", 0);
  Heap heap;
  for (std::uint32_t i = 0; i < pending; ++i) heap.push(random.exponential(), i);
  double now = 0.0;
  for (std::uint64_t i = 0; i < events; ++i) {
    const std::uint32_t thing = heap.pop(now);
    heap.push(now + random.exponential(), thing);
  }
  return now;
}

}  // namespace bare
