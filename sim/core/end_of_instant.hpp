// SPDX-License-Identifier: MIT
// A function that its owner asks to be called once, after everything that was woken at the present time has
// run and before the next event is taken from the list. For work that many changes at one time need done only
// once.
#pragma once

#include "sim/core/simulation_base.hpp"

namespace sim {

class EndOfInstant : private SimulationBase::Deferred {
 public:
  EndOfInstant(SimulationBase& simulation, void (*function)(void*), void* argument)
      : Deferred{function, argument}, simulation_(simulation) {}
  ~EndOfInstant() { simulation_.withdraw(*this); }
  EndOfInstant(const EndOfInstant&) = delete;
  EndOfInstant& operator=(const EndOfInstant&) = delete;

  // Once is enough until the call.
  void request() {
    if (!requested) simulation_.defer(*this);
  }

 private:
  SimulationBase& simulation_;
};

}  // namespace sim
