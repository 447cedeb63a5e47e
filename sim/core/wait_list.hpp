// SPDX-License-Identifier: MIT
// Coroutines that wait for something, first come first served. A Waiter is a part of an awaiter and takes
// itself out of its list when it is destroyed; a list that dies lets go of those still in it. No allocation.
#pragma once

#include <coroutine>
#include <cstddef>

namespace sim {

class WaitList;

class Waiter {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): its neighbours are set when it enters a list.
  Waiter() {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  inline ~Waiter();

  std::coroutine_handle<> handle() const { return handle_; }
  // Taken from the list to be resumed, and not resumed yet: what it waited for is its own already.
  bool chosen() const { return chosen_; }
  void resumed() { chosen_ = false; }

 private:
  friend class WaitList;

  WaitList* list_ = nullptr;
  bool chosen_ = false;
  Waiter* previous_;
  Waiter* next_;
  std::coroutine_handle<> handle_;
};

class WaitList {
 public:
  WaitList() = default;
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;
  ~WaitList() {
    while (first_ != nullptr) remove(*first_);
  }

  bool empty() const { return first_ == nullptr; }
  std::size_t size() const { return size_; }

  void push_back(Waiter& waiter, std::coroutine_handle<> handle) {
    waiter.list_ = this;
    waiter.handle_ = handle;
    waiter.previous_ = last_;
    waiter.next_ = nullptr;
    (last_ != nullptr ? last_->next_ : first_) = &waiter;
    last_ = &waiter;
    ++size_;
  }

  Waiter& choose_first() {
    Waiter& waiter = *first_;
    remove(waiter);
    waiter.chosen_ = true;
    return waiter;
  }

  void remove(Waiter& waiter) {
    (waiter.previous_ != nullptr ? waiter.previous_->next_ : first_) = waiter.next_;
    (waiter.next_ != nullptr ? waiter.next_->previous_ : last_) = waiter.previous_;
    waiter.list_ = nullptr;
    --size_;
  }

 private:
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  std::size_t size_ = 0;
};

inline Waiter::~Waiter() {
  if (list_ != nullptr) list_->remove(*this);
}

}  // namespace sim
