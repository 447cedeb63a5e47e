// SPDX-License-Identifier: MIT
// A profile while it is being fitted: plain numbers in SI units, and which of them the probes may move.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/calibration/least_squares.hpp"
#include "models/calibration/probe.hpp"
#include "models/profile/profile.hpp"

namespace models {

// The work of one request: [lock demand/2, cpu, wait, lock demand/2]; parts of no length are left out.
struct KernelDraft {
  std::string name;
  double demand = 0.0;        // CPU, with and without the lock
  double native_share = 0.0;  // of it without the lock, 0..1
  double wait = 0.0;
  double scv = 0.3;           // of the CPU time; lognormal
  double releases = 0.0;      // of the lock, per request
  double cold_cost = 0.0;     // CPU time to warm all caches that are cold
  bool awaitable = false;
  double timer_resolution = 0.0;  // of an awaitable wait
};

struct Draft {
  std::string server;
  bool lock = true;
  Count cores = 1;            // the most that a probe ran on
  double handover_cpu = 0.0;
  double handover_lock = 0.0;
  double contention = 0.0;
  double coherency = 0.0;
  double cooling = 0.002;     // of the caches
  double warming = 0.0003;
  double starvation = 0.0;
  double starvation_delay = 0.0;
  double poller_cpu = 0.0;
  double handoff_cpu = 0.0;
  double connection_cpu = 0.0;
  double primary_cpu = 0.0;
  double wakeup_cpu = 0.0;
  double stickiness = 0.0;
  double slow_down = 0.0;     // speed that each core loses when all are busy, share
  std::vector<KernelDraft> kernels;
  std::vector<std::string> settled;  // paths of knobs that stay as they are: no effect of them is proven
};

// The time to warm that the profile states: longer where a cold_factor would come out above 100, the most it may be.
double warming_of(const Draft& draft);

// Without memory and spawn.
Profile profile_of(const Draft& draft);

// A number of the draft that the minimisation moves. Logarithmic: value = start e^x; else value = start + unit x.
struct Knob {
  std::string path;           // in the profile
  std::function<double&(Draft&)> number;
  bool logarithmic = false;
  double start = 0.0;
  double unit = 1.0;
  std::string kernel;         // it touches only probes of this kernel; empty: all
  bool optional = false;      // zero leaves the effect out of the model
  Coordinate coordinate;

  double value(double x) const;
};

// Start values in closed form from the probes, for one guess of server and lock.
Draft starting_draft(const std::vector<Probe>& probes, const std::string& server, bool lock);

// Scales the releases so that as many hand-overs are predicted as voluntary switches were counted.
void correct_releases(Draft& draft, const std::vector<Probe>& probes, const std::vector<Observation>& predictions);

// What these probes can tell, around the draft's values.
std::vector<Knob> knobs_of(const Draft& draft, const std::vector<Probe>& probes);

// Sets each number to where its coordinate says.
Draft turned(Draft draft, const std::vector<Knob>& knobs, const Eigen::VectorXd& x);

}  // namespace models
