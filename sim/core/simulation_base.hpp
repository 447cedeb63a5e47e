// SPDX-License-Identifier: MIT
// What a simulation is apart from its event list: clock, identity, the frames of its coroutines, the table of
// its processes and the queue of coroutines that are to be resumed at the present time.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/core/check.hpp"
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
};

class SimulationBase {
 public:
  SimulationBase(std::uint64_t seed, std::uint64_t replication) : seed_(seed), replication_(replication) {}
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
  void wake(std::coroutine_handle<> handle) { awake_.push_back({handle.address(), next_sequence()}); }

  // Destroys every process that still exists, in the order of their table entries. For an owner whose
  // resources die before the simulation does.
  void kill_all_processes();
  std::size_t live_processes() const { return live_processes_; }

 protected:
  struct Awake {
    void* address = nullptr;
    std::uint64_t sequence = 0;
  };

  // What is to be called at the end of the present instant, first come first served; see end_of_instant.hpp.
  struct Deferred {
    void (*call)(void*) = nullptr;
    void* object = nullptr;
    Deferred* next = nullptr;
    bool requested = false;
  };

  ~SimulationBase() = default;

  void call_deferred() {
    Deferred& deferred = *first_deferred_;
    first_deferred_ = deferred.next;
    deferred.requested = false;
    deferred.call(deferred.object);
  }

  std::uint64_t next_sequence() {
    SIM_CHECK(*this, sequence_ < last_usable_sequence, "a simulation ran out of event numbers");
    return ++sequence_;
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
  Ring<Awake> awake_;
  Deferred* first_deferred_ = nullptr;

 private:
  friend class EndOfInstant;
  friend class Process;
  friend class Task;
  template <class>
  friend struct CoroutinePromise;

  static constexpr std::uint64_t last_usable_sequence = (std::uint64_t{1} << 40) - 2;

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
  std::uint64_t sequence_ = 0;
  // The coroutine that the event loop resumed, or the one that has since taken over from it by awaiting it.
  void* running_ = nullptr;
  unsigned kills_in_progress_ = 0;
  std::size_t live_processes_ = 0;
  Deferred* last_deferred_ = nullptr;
  FrameSlab frames_;
  std::vector<ProcessEntry> processes_;
  std::vector<std::uint32_t> free_processes_;
};

}  // namespace sim
