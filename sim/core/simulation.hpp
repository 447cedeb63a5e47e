// SPDX-License-Identifier: MIT
// The simulation object: owns clock, event list and processes; nothing of it is global, so any number of them
// can live side by side. Units: seconds.
//
// Order of execution: by time, and at equal times by the order in which things were scheduled or woken.
// Nothing is ever removed from the event list. A slot knows the stamp of the one event that counts; any other
// event that names the slot is stale and is dropped when it comes up. Beside the list stand the alarms, whose
// events are replaced in place.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/earliest.hpp"
#include "sim/core/event_list.hpp"
#include "sim/core/simulation_base.hpp"

namespace sim {

template <class EventList>
class BasicSimulation : public SimulationBase {
 public:
  explicit BasicSimulation(std::uint64_t seed = 0, std::uint64_t replication = 0)
      : SimulationBase(seed, replication) {}
  ~BasicSimulation() { kill_all_processes(); }

  // Runs every event with time <= end and leaves the clock at `end`; with end = never, runs until no event
  // is left and leaves the clock at the last one.
  void run_until(TimePoint end);

  class Sleep;
  // Suspends the calling process; zero means: after everything that is already due now.
  Sleep sleep(Duration duration) { return Sleep(*this, now_ + duration); }
  Sleep sleep_until(TimePoint time) { return Sleep(*this, time); }

  // wake() as the last act of a function that an alarm or a timer calls: the coroutine goes on there and then if
  // nothing comes before it.
  void wake_and_end(std::coroutine_handle<> handle) {
    if (first_awake_.stamp == 0 && events_ < stops_at_ && nothing_else_now()) [[likely]] {
      ++events_;
      resume(handle.address());
    } else {
      wake(handle);
    }
  }

 private:
  template <class>
  friend class BasicTimer;
  template <class>
  friend class BasicAlarm;

  struct Bell {
    void (*fire)(void*) = nullptr;
    void* object = nullptr;
  };

  std::uint32_t open_alarm(void (*fire)(void*), void* object);
  void close_alarm(std::uint32_t place);
  void set_alarm(std::uint32_t place, TimePoint time);
  void ring(std::uint32_t place);

  void schedule_slot(std::uint32_t index, TimePoint time);
  void cancel_slot(std::uint32_t index) { slots_[index].wanted = 0; }
  void list_slot(std::uint32_t index, TimePoint time);
  bool nothing_else_now() { return is_after(list_.top(), now_) && is_after(alarms_.event(), now_); }
  bool awake_comes_first();
  bool settle(Event event, TimePoint end);

  EventList list_;
  Earliest alarms_;
  std::vector<Bell> bells_;  // of the alarms; one without a function is free
  bool looping_ = false;
};

using Simulation = BasicSimulation<QuaternaryHeap>;

// A coroutine keeps the slot of its first sleep for the others, and gives it back when it ends or is killed.
template <class EventList>
class [[nodiscard]] BasicSimulation<EventList>::Sleep {
 public:
  Sleep(BasicSimulation& simulation, TimePoint until) : simulation_(simulation), until_(until) {}
  Sleep(const Sleep&) = delete;
  Sleep& operator=(const Sleep&) = delete;

  bool await_ready() const { return false; }
  // Always inlined: a coroutine has saved all registers that this needs.
  template <class Promise>
  [[gnu::always_inline]] void await_suspend(std::coroutine_handle<Promise> handle) const {
    if (until_ > simulation_.now_ && until_ < TimePoint::never()) [[likely]] {
      FrameLink& frame = handle.promise();
      if (frame.slot == 0) [[unlikely]]
        frame.slot = simulation_.open_slot(nullptr, handle.address());
      const Stamp stamp = simulation_.next_stamp(frame.slot);
      simulation_.slots_[frame.slot].wanted = stamp;
      simulation_.list_.push(make_event(until_, stamp));
      return;
    }
    wake_or_never(handle);
  }
  void await_resume() const {}

 private:
  [[gnu::noinline]] void wake_or_never(std::coroutine_handle<> handle) const {
    SIM_CHECK(simulation_, until_ >= simulation_.now_, "a process sleeps into the past");
    if (until_ == simulation_.now_) simulation_.wake(handle);
  }

  BasicSimulation& simulation_;
  TimePoint until_;
};

template <class EventList>
void BasicSimulation<EventList>::list_slot(std::uint32_t index, TimePoint time) {
  const Stamp stamp = next_stamp(index);
  slots_[index].wanted = stamp;
  slots_[index].listed = stamp;
  list_.push(make_event(time, stamp));
}

template <class EventList>
void BasicSimulation<EventList>::schedule_slot(std::uint32_t index, TimePoint time) {
  SIM_CHECK(*this, time >= now_, "a timer is set into the past");
  Slot& slot = slots_[index];
  Timing& timing = timings_[index];
  timing.due = time;
  if (slot.listed != 0 && timing.listed <= time) {
    // The event in the list comes up first and is then put back under this number, exactly as if it had
    // been replaced now.
    slot.wanted = next_stamp(index);
    return;
  }
  timing.listed = time;
  list_slot(index, time);
}

// An event that is not the one its slot wants: the end of the run (returns true), one that came up for a
// timer that has been put off, or a stale one.
template <class EventList>
[[gnu::noinline]] bool BasicSimulation<EventList>::settle(Event event, TimePoint end) {
  const std::uint32_t index = slot_of(event);
  if (index == 0) return time_of(event) == end;
  Slot& slot = slots_[index];
  if (slot.listed != stamp_of(event)) return false;
  slot.listed = 0;
  if (slot.wanted != 0) {
    slot.listed = slot.wanted;
    timings_[index].listed = timings_[index].due;
    list_.push(make_event(timings_[index].due, slot.wanted));
  }
  return false;
}

// Whether the coroutine that was woken first precedes what is scheduled.
template <class EventList>
inline bool BasicSimulation<EventList>::awake_comes_first() {
  if (nothing_else_now()) [[likely]]
    return true;
  const Event woken = make_event(now_, first_awake_.stamp);
  return woken <= list_.top() && woken <= alarms_.event();
}

template <class EventList>
std::uint32_t BasicSimulation<EventList>::open_alarm(void (*fire)(void*), void* object) {
  std::uint32_t place = 0;
  while (place < bells_.size() && bells_[place].fire != nullptr) ++place;
  if (place == bells_.size()) {
    bells_.emplace_back();
    alarms_.resize(bells_.size());
  }
  bells_[place] = {fire, object};
  return place;
}

template <class EventList>
void BasicSimulation<EventList>::close_alarm(std::uint32_t place) {
  alarms_.set(place, Earliest::none);
  bells_[place] = {};
}

template <class EventList>
inline void BasicSimulation<EventList>::set_alarm(std::uint32_t place, TimePoint time) {
  SIM_CHECK(*this, time >= now_, "an alarm is set into the past");
  alarms_.set(place, time < TimePoint::never() ? make_event(time, next_stamp(place)) : Earliest::none);
}

template <class EventList>
inline void BasicSimulation<EventList>::ring(std::uint32_t place) {
  now_ = time_of(alarms_.event());
  alarms_.set(place, Earliest::none);
  ++events_;
  bells_[place].fire(bells_[place].object);
}

template <class EventList>
void BasicSimulation<EventList>::run_until(TimePoint end) {
  SIM_CHECK(*this, !looping_, "run_until was called from within the run");
  SIM_CHECK(*this, end >= now_, "the end of the run lies in the past");
  looping_ = true;
  stopped_ = false;
  stops_at_ = most_events_;
  list_.push(make_event(end, make_stamp(last_sequence, 0)));
  while (events_ < stops_at_) {
    if (first_awake_.stamp != 0 && awake_comes_first()) {
      void* const address = pop_awake();
      if (address == nullptr) continue;
      ++events_;
      resume(address);
      continue;
    }
    if (first_deferred_ != nullptr) {
      call_deferred();
      continue;
    }
    if (const Event alarm = alarms_.event(); alarm < list_.top()) {
      ring(slot_of(alarm));
      continue;
    }
    const Event event = list_.pop();
    list_.visit_next([this](Event likely) { __builtin_prefetch(&slots_[slot_of(likely)]); },
                     [this](Event next) { prefetch(slots_[slot_of(next)].object); });
    const std::uint32_t index = slot_of(event);
    Slot& slot = slots_[index];
    if (slot.wanted != stamp_of(event)) [[unlikely]] {
      if (!settle(event, end)) continue;
      if (end < TimePoint::never()) now_ = end;
      break;
    }
    SIM_CHECK(*this, time_of(event) >= now_, "time ran backwards");
    now_ = time_of(event);
    ++events_;
    void* const object = slot.object;
    if (slot.fire == nullptr) {
      resume(object);
    } else {
      slot.wanted = 0;
      slot.listed = 0;
      slot.fire(object);
    }
  }
  looping_ = false;
}

}  // namespace sim
