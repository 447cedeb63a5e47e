// SPDX-License-Identifier: MIT
// A profile that was not measured but follows from one that was, by stated factors with ranges: typically the
// free-threaded build of an application that was measured under the lock.
#pragma once

#include <string>

#include "models/profile/profile.hpp"

namespace models {

struct Derivation {
  std::string derive;                                          // key of the profile it starts from
  Measured<Factor> single_thread_cost = assumed(Factor{1.0});  // multiplies threads.single_thread_cost
  Measured<Factor> memory = assumed(Factor{1.0});              // multiplies every size under `memory`
  Measured<double> contention = assumed(0.0);                  // replaces threads.contention
  Measured<double> coherency = assumed(0.0);                   // replaces threads.coherency
  bool lock = false;  // whether the derived build has the interpreter lock
};

template <class Table>
void describe(Table& table, const Derivation*) {
  table("derive", &Derivation::derive, "Key of the profile to start from.", required, Example{"gil"});
  table("single_thread_cost", &Derivation::single_thread_cost, "Multiplies the CPU time of every request.",
        above_up_to(0, 1000), Example{"1.03..1.15"});
  table("memory", &Derivation::memory, "Multiplies every size under `memory`.", above_up_to(0, 1000),
        Example{"1.15..1.40"});
  table("contention", &Derivation::contention, "Universal Scalability Law, sigma.", between(0, 1),
        Example{"0..0.05"});
  table("coherency", &Derivation::coherency, "Universal Scalability Law, kappa.", between(0, 1));
  table("lock", &Derivation::lock, "Whether the derived build has the interpreter lock.");
}

Profile derive(const Profile& base, const Derivation& derivation);

}  // namespace models
