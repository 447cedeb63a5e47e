// SPDX-License-Identifier: MIT
// Measures the machine it runs on, in interleaved rounds: each round makes every benchmark once, so that drift and
// neighbours hit all of them, and a quantity is the median over the rounds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/profile/host_profile.hpp"
#include "tools/host/samples.hpp"

namespace host {

struct Plan {
  double budget = 45.0;          // seconds; rounds go on until they are used up
  int fewest_rounds = 3;         // whatever they take
  double slice = 0.06;           // of one throughput measurement, seconds
  int repetitions = 200;         // of one switch or start within a round
  std::size_t largest_heap_mib = 256;
  int quota_periods = 10;        // of 100 ms, of one case; each round takes the next case

  static Plan quick() { return {6.0, 4, 0.03, 80, 128, 5}; }
};

struct Measurement {
  models::HostProfile profile;
  int rounds = 0;
  std::vector<std::string> remarks;   // what could not be measured, and why; what disturbed
};

// Called now and then with the share of the work that is done, 0..1.
using Progress = std::function<void(double)>;
// Asked between benchmarks; true ends the measurement with what there is.
using Stop = std::function<bool()>;

// Throws std::system_error where the machine has no memory or processes left.
Measurement measure(const Plan& plan, const Progress& progress, const Stop& stop);

}  // namespace host
