// SPDX-License-Identifier: MIT
// The numbers that the answer of a deployment may depend on: those of its profile that it uses, and those of
// the scenario that are plain quantities or numbers of things.
//
// The phases of a kernel are varied together, under the names that `forkcast profile` gives them:
// kernels.json.demand is the CPU time of all of them, .wait what they wait, .releases, .scv, .memory. Other
// numbers have the path that for_each_number spells. Left out: shapes, rules and switches; bursts and daily
// curves; what the deployment does not use.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/cluster/trial.hpp"
#include "models/fields/quantity.hpp"

namespace models {

struct Input {
  std::string path;       // "lock.handover_cpu", "kernels.json.demand", "service.load", "processes"
  std::string_view unit;  // as models::MetricInfo names units
  double value = 0.0;     // SI
  double least = 0.0;     // values that make sense
  double most = 1e300;
  bool whole = false;             // a number of things
  bool given = false;             // written in the scenario, so known; else measured, derived or assumed
  Basis basis = Basis::measured;  // of what is not given
  std::string source;
  double low = 0.0;  // what its range or its measurement leaves open; low == high: nothing is stated
  double high = 0.0;
  std::function<void(TrialParameters&, double value)> set;

  bool has_interval() const { return low < high; }
};

// at: the deployment with every range of its profile at its middle, `profile` the same with ranges.
// starts_workers: workers are started while requests are served.
std::vector<Input> inputs_of(const TrialParameters& at, const Profile& profile, bool starts_workers);

// Every range at its middle value.
Profile at_middle(Profile profile);

// The ends of a central step: value / (1 + step) and value (1 + step), of a number of things at least one
// less and one more, kept within what makes sense.
struct Ends {
  double below = 0.0;
  double above = 0.0;
};
Ends step_around(const Input& input, double step);

}  // namespace models
