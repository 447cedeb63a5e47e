// SPDX-License-Identifier: MIT
// The jobs of one group by the reading of the group's virtual clock at which they end, first started first
// among equals. A binary heap that tells every job its position, so that a job can leave or move from the
// middle. Item needs the members `std::uint32_t position_` and `std::uint64_t order_`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/stack.hpp"

namespace sim {

template <class Item>
class FinishHeap {
 public:
  static constexpr auto nowhere = static_cast<std::uint32_t>(-1);

  bool empty() const { return nodes_.empty(); }
  std::size_t size() const { return nodes_.size(); }
  // Signed on its way, because that is what processors convert at once.
  double count() const { return static_cast<double>(static_cast<std::ptrdiff_t>(nodes_.size())); }
  double least_key() const { return nodes_.front().key; }
  Item& least() const { return *nodes_.front().item; }
  double key(const Item& item) const { return nodes_[item.position_].key; }

  void insert(Item& item, double key) {
    item.order_ = ++inserted_;
    const Node node{key, &item};
    nodes_.push_back(node);
    rise(nodes_.size() - 1, node);
  }

  void remove_least() {
    nodes_.front().item->position_ = nowhere;
    const Node last = nodes_.pop_back();
    if (!nodes_.empty()) sink(0, last);
  }

  void remove(Item& item) {
    const std::size_t at = item.position_;
    item.position_ = nowhere;
    const Node last = nodes_.pop_back();
    if (last.item != &item) place(at, last);
  }

  void change(Item& item, double key) {
    Node node = nodes_[item.position_];
    node.key = key;
    place(item.position_, node);
  }

  // Sets the virtual clock back. The order stays, because equal keys stay equal and rounding is monotonous.
  void subtract(double amount) {
    for (Node& node : nodes_) node.key -= amount;
  }

  template <class Visit>
  void for_each(Visit visit) {
    for (Node& node : nodes_) visit(*node.item);
  }

  std::uint64_t inserted() const { return inserted_; }

 private:
  struct Node {
    double key = 0.0;
    Item* item = nullptr;

    bool operator<(const Node& other) const {
      return key < other.key || (key <= other.key && item->order_ < other.item->order_);
    }
  };

  // Word by word, as a new node is written: processors are slow to read in one what was just written in two.
  void put(std::size_t at, const Node& node) {
    Item* const item = node.item;
    nodes_[at].key = node.key;
    nodes_[at].item = item;
    item->position_ = static_cast<std::uint32_t>(at);
  }

  void place(std::size_t at, const Node& node) {
    if (at > 0 && node < nodes_[(at - 1) / 2]) {
      rise(at, node);
    } else {
      sink(at, node);
    }
  }

  void rise(std::size_t at, const Node& node) {
    while (at > 0) {
      const std::size_t parent = (at - 1) / 2;
      if (!(node < nodes_[parent])) break;
      put(at, nodes_[parent]);
      at = parent;
    }
    put(at, node);
  }

  // Of two neighbours, without a branch unless they are equal.
  std::size_t lesser(std::size_t left) const {
    const Node& one = nodes_[left];
    const Node& other = nodes_[left + 1];
    if (one.key == other.key) [[unlikely]]
      return other < one ? left + 1 : left;
    return left + static_cast<std::size_t>(other.key < one.key);
  }

  void sink(std::size_t at, const Node& node) {
    for (;;) {
      std::size_t child = 2 * at + 1;
      if (child >= nodes_.size()) break;
      if (child + 1 < nodes_.size()) child = lesser(child);
      if (!(nodes_[child] < node)) break;
      put(at, nodes_[child]);
      at = child;
    }
    put(at, node);
  }

  Stack<Node> nodes_;
  std::uint64_t inserted_ = 0;
};

}  // namespace sim
