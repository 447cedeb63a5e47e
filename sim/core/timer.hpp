// SPDX-License-Identifier: MIT
// A timer calls one function of one object at most once for each time it is set. Setting it again replaces
// the time. Putting a timer off costs no event: the listed event stays and is listed anew when it comes up.
#pragma once

#include "sim/core/simulation.hpp"

namespace sim {

template <class EventList>
class BasicTimer {
 public:
  BasicTimer(BasicSimulation<EventList>& simulation, void (*fire)(void*), void* object)
      : simulation_(simulation), slot_(simulation.open_slot(fire, object)) {}
  ~BasicTimer() { simulation_.close_slot(slot_); }
  BasicTimer(const BasicTimer&) = delete;
  BasicTimer& operator=(const BasicTimer&) = delete;

  // never() is the same as cancel().
  void schedule(TimePoint time) {
    if (time == TimePoint::never()) {
      cancel();
    } else {
      simulation_.schedule_slot(slot_, time);
    }
  }
  void cancel() { simulation_.cancel_slot(slot_); }
  bool pending() const { return simulation_.slots_[slot_].wanted != 0; }
  TimePoint due() const { return pending() ? simulation_.timings_[slot_].due : TimePoint::never(); }

 private:
  BasicSimulation<EventList>& simulation_;
  std::uint32_t slot_;
};

using Timer = BasicTimer<QuaternaryHeap>;

}  // namespace sim
