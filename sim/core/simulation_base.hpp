// SPDX-License-Identifier: MIT
// What a simulation is apart from its event list: clock, identity, the frames of its coroutines, the table of
// its processes, the slots that events fire and the queue of coroutines that are to be resumed at the present
// time.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/event_list.hpp"
#include "sim/core/frame_slab.hpp"
#include "sim/core/ring.hpp"
#include "sim/core/time.hpp"

namespace sim {

class SimulationBase;

// The part of every coroutine's promise that the simulation knows. A process and the tasks it awaits form a
// chain; a suspended process waits in the last link.
struct FrameLink {
  SimulationBase* simulation = nullptr;
  FrameLink* child = nullptr;
  void* address = nullptr;
  std::uint32_t slot = 0;  // that resumes it after a sleep; 0: it has not slept yet
};

class SimulationBase {
 public:
  SimulationBase(std::uint64_t seed, std::uint64_t replication)
      : slots_(1), timings_(1), seed_(seed), replication_(replication) {}
  SimulationBase(const SimulationBase&) = delete;
  SimulationBase& operator=(const SimulationBase&) = delete;

  TimePoint now() const { return now_; }
  // How many times something was resumed or fired so far.
  std::uint64_t events() const { return events_; }
  std::uint64_t seed() const { return seed_; }
  std::uint64_t replication() const { return replication_; }

  // Makes run_until return after the present event.
  void stop() {
    stopped_ = true;
    stops_at_ = 0;
  }

  // Makes run_until return once so many events have happened in all. The bound of a run that might never end; it
  // goes on where it was when run_until is called again with a higher one.
  void stop_after(std::uint64_t events) {
    most_events_ = events;
    if (!stopped_) stops_at_ = events;
  }
  // Whether that bound, and not its end or stop(), has ended the last run.
  bool exhausted() const { return !stopped_ && events_ >= most_events_; }

  // Resumes the coroutine at the present time, after everything that is already due now. Forgotten when the
  // coroutine is destroyed before.
  void wake(std::coroutine_handle<> handle) {
    const Awake awake{handle.address(), numbers_};
    if (first_awake_.stamp == 0) {
      first_awake_ = awake;
    } else {
      more_awake_.push_back(awake);
    }
  }

  // Destroys every process that still exists, in the order of their table entries. For an owner whose
  // resources die before the simulation does.
  void kill_all_processes();
  std::size_t live_processes() const { return live_processes_; }

 protected:
  struct Awake {
    void* address = nullptr;  // null: it was destroyed meanwhile
    Stamp stamp = 0;          // no later than that of any event scheduled since
  };

  struct Slot {
    void (*fire)(void*) = nullptr;  // null: resume the coroutine `object`
    void* object = nullptr;
    Stamp wanted = 0;  // under which the slot is to fire; 0: not at all
    Stamp listed = 0;  // timers: of their event in the list
  };
  // Of timers only: when to fire, and when their event in the list comes up, which may be earlier.
  struct Timing {
    TimePoint due;
    TimePoint listed;
  };

  // What is to be called at the end of the present instant, first come first served; see end_of_instant.hpp.
  struct Deferred {
    void (*call)(void*) = nullptr;
    void* object = nullptr;
    Deferred* next = nullptr;
    bool requested = false;
  };

  ~SimulationBase() = default;

  void* pop_awake() {
    void* const address = first_awake_.address;
    if (more_awake_.empty()) {
      first_awake_.stamp = 0;
    } else {
      first_awake_ = more_awake_.pop_front();
    }
    return address;
  }

  void call_deferred() {
    Deferred& deferred = *first_deferred_;
    first_deferred_ = deferred.next;
    deferred.requested = false;
    deferred.call(deferred.object);
  }

  Stamp next_stamp(std::uint32_t slot) {
    const Stamp stamp = numbers_ | slot;
    numbers_ += make_stamp(1, 0);
    SIM_CHECK(*this, numbers_ != 0, "a simulation ran out of event numbers");
    return stamp;
  }

  std::uint32_t open_slot(void (*fire)(void*), void* object);
  void close_slot(std::uint32_t index) {
    slots_[index].wanted = 0;
    slots_[index].listed = 0;
    free_slots_[free_count_++] = index;
  }

  void resume(void* address) {
    running_ = address;
    std::coroutine_handle<>::from_address(address).resume();
    running_ = nullptr;
  }

  TimePoint now_{0.0};
  std::uint64_t events_ = 0;
  std::uint64_t most_events_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t stops_at_ = 0;  // most_events_, or 0 once it is to stop at once
  bool stopped_ = false;
  Awake first_awake_;  // stamp 0: nobody is awake; mostly there are no more than one
  Ring<Awake> more_awake_;
  Deferred* first_deferred_ = nullptr;
  std::vector<Slot> slots_;  // slot 0 marks the end of a run
  std::vector<Timing> timings_;

 private:
  friend class EndOfInstant;
  friend class Process;
  friend class Task;
  template <class>
  friend struct CoroutinePromise;

  struct ProcessEntry {
    FrameLink* root = nullptr;
    std::uint32_t generation = 0;
  };

  std::uint32_t enter_process(FrameLink& root);
  void leave_process(std::uint32_t index);
  void kill_process(std::uint32_t index);
  void forget_wakes(const void* address);
  void defer(Deferred& deferred) {
    deferred.requested = true;
    deferred.next = nullptr;
    (first_deferred_ == nullptr ? first_deferred_ : last_deferred_->next) = &deferred;
    last_deferred_ = &deferred;
  }
  void withdraw(Deferred& deferred);

  std::uint64_t seed_;
  std::uint64_t replication_;
  Stamp numbers_ = make_stamp(1, 0);  // the next stamp, but for its slot
  // The coroutine that the event loop resumed, or the one that has since taken over from it by awaiting it.
  void* running_ = nullptr;
  unsigned kills_in_progress_ = 0;
  std::size_t live_processes_ = 0;
  Deferred* last_deferred_ = nullptr;
  std::vector<std::uint32_t> free_slots_;  // the first free_count_; room for all
  std::size_t free_count_ = 0;
  FrameSlab frames_;
  std::vector<ProcessEntry> processes_;
  std::vector<std::uint32_t> free_processes_;
};

}  // namespace sim
