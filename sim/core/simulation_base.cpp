// SPDX-License-Identifier: MIT
#include "sim/core/simulation_base.hpp"

namespace sim {

std::uint32_t SimulationBase::enter_process(FrameLink& root) {
  std::uint32_t index = 0;
  if (free_processes_.empty()) {
    index = static_cast<std::uint32_t>(processes_.size());
    processes_.emplace_back();
    // Leaving a process must not allocate: it happens while frames are destroyed.
    free_processes_.reserve(processes_.capacity());
  } else {
    index = free_processes_.back();
    free_processes_.pop_back();
  }
  processes_[index].root = &root;
  ++live_processes_;
  return index;
}

void SimulationBase::leave_process(std::uint32_t index) {
  processes_[index].root = nullptr;
  ++processes_[index].generation;
  free_processes_.push_back(index);
  --live_processes_;
}

void SimulationBase::kill_process(std::uint32_t index) {
  FrameLink* const root = processes_[index].root;
  SIM_CHECK(*this, root != nullptr, "a process was killed after its end");
  for (const FrameLink* link = root; link != nullptr; link = link->child) {
    SIM_CHECK(*this, link->address != running_, "a process was killed by itself");
  }
  ++kills_in_progress_;
  std::coroutine_handle<>::from_address(root->address).destroy();
  --kills_in_progress_;
}

void SimulationBase::kill_all_processes() {
  // A destructor in a frame may start a process, so the table may grow meanwhile.
  while (live_processes_ > 0) {
    first_awake_ = {};  // else every process that is killed looks for itself among all that are to be resumed
    more_awake_.clear();
    for (std::uint32_t index = 0; index < processes_.size(); ++index) {
      if (processes_[index].root != nullptr) kill_process(index);
    }
  }
}

void SimulationBase::withdraw(Deferred& deferred) {
  if (!deferred.requested) return;
  Deferred* previous = nullptr;
  Deferred* at = first_deferred_;
  for (; at != &deferred; at = at->next) previous = at;
  (previous == nullptr ? first_deferred_ : previous->next) = deferred.next;
  if (last_deferred_ == &deferred) last_deferred_ = previous;
  deferred.requested = false;
}

std::uint32_t SimulationBase::open_slot(void (*fire)(void*), void* object) {
  if (free_count_ == 0) {
    const auto added = static_cast<std::uint32_t>(slots_.size());
    SIM_CHECK(*this, added < (std::uint32_t{1} << slot_bits), "more than 16777215 things wait at once");
    slots_.emplace_back();
    timings_.emplace_back();
    // Closing a slot must not allocate: it happens while frames are destroyed.
    free_slots_.resize(slots_.size());
    free_slots_[free_count_++] = added;
  }
  const std::uint32_t index = free_slots_[--free_count_];
  slots_[index].fire = fire;
  slots_[index].object = object;
  return index;
}

void SimulationBase::forget_wakes(const void* address) {
  if (first_awake_.address == address) first_awake_.address = nullptr;
  for (std::size_t i = 0; i < more_awake_.size(); ++i) {
    if (more_awake_[i].address == address) more_awake_[i].address = nullptr;
  }
}

}  // namespace sim
