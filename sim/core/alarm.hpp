// SPDX-License-Identifier: MIT
// A timer for whoever changes its time at nearly every event, such as a server that many jobs share: it
// stands beside the event list, where a change of mind leaves nothing behind. Costs every event a comparison,
// so there should be few; the others are timers.
#pragma once

#include "sim/core/simulation.hpp"

namespace sim {

template <class EventList>
class BasicAlarm {
 public:
  BasicAlarm(BasicSimulation<EventList>& simulation, void (*fire)(void*), void* object)
      : simulation_(simulation), place_(simulation.open_alarm(fire, object)) {}
  ~BasicAlarm() { simulation_.close_alarm(place_); }
  BasicAlarm(const BasicAlarm&) = delete;
  BasicAlarm& operator=(const BasicAlarm&) = delete;

  // Replaces the time for which it was set. never(): it is not set.
  void schedule(TimePoint time) { simulation_.set_alarm(place_, time); }

 private:
  BasicSimulation<EventList>& simulation_;
  std::uint32_t place_;
};

using Alarm = BasicAlarm<QuaternaryHeap>;

}  // namespace sim
