// SPDX-License-Identifier: MIT
// SIM_CHECK(simulation, condition, message): an invariant that holds unless forkcast itself is wrong. Always
// on, NDEBUG or not. A failure prints where and when it was seen, so that it can be run again, and aborts.
#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace sim {

// What identifies the moment of a failure: the run (seed, replication) and the place in it (time, event).
struct Moment {
  TimePoint time;
  std::uint64_t event = 0;
  std::uint64_t seed = 0;
  std::uint64_t replication = 0;
};

struct Place {
  const char* file = nullptr;
  int line = 0;
};

[[noreturn]] void fail_check(const Moment& moment, const char* condition, const char* message, Place place);

template <class AnySimulation>
[[noreturn, gnu::cold, gnu::noinline]] void fail_check_in(const AnySimulation& simulation,
                                                          const char* condition, const char* message,
                                                          Place place) {
  fail_check({simulation.now(), simulation.events(), simulation.seed(), simulation.replication()}, condition,
             message, place);
}

}  // namespace sim

#define SIM_CHECK(simulation, condition, message)                                                  \
  do {                                                                                             \
    if (!(condition)) [[unlikely]] {                                                               \
      ::sim::fail_check_in((simulation), #condition, (message), ::sim::Place{__FILE__, __LINE__}); \
    }                                                                                              \
  } while (false)
