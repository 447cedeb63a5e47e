// SPDX-License-Identifier: MIT
// Runs the replications of many trials on all cores. A trial is parameters (bound in its function), its
// results are stored by replication index, and nothing about them depends on the number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "sim/experiment/stopping_rule.hpp"

namespace sim {

struct Trial {
  // The metrics of one replication; pure, called from any thread. Empty when it was interrupted: no other starts.
  std::function<std::vector<double>(std::size_t replication)> replicate;
  StoppingRule stopping;
};

struct TrialResult {
  std::vector<std::vector<double>> observations;  // by replication
  bool precise = false;                           // the precision was reached
  bool interrupted = false;                       // stopped before its rule was satisfied: a prefix is here
};

// Instead of a number of jobs, within the body of a parallel_for: its threads, those that have nothing else
// to do.
inline constexpr int threads_of_the_loop = -1;

struct RunOptions {
  int jobs = 0;  // threads; 0: one for each core
  // After each replication: trial, how many of its replications are done, how many are expected in the end.
  // Called from any thread, one call at a time.
  std::function<void(std::size_t trial, std::size_t done, std::size_t expected)> on_replication;
  // Asked before each replication from any thread, also at the same time; once it says true, no other starts.
  std::function<bool()> stop_requested;
};

// An exception of a trial ends the run and leaves through here.
std::vector<TrialResult> run(std::span<const Trial> trials, const RunOptions& options);

}  // namespace sim
