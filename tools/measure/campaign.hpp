// SPDX-License-Identifier: MIT
// Many windows on a machine that drifts: jobs are interleaved in rounds, so that drift hits all of them alike, and a
// window that something else disturbed is measured again.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "tools/measure/subject.hpp"

namespace measure {

struct Job {
  std::string name;                    // for the progress line
  Subject subject;
  models::Configuration what;
  models::Count before = 0;            // requests made before the window
  bool once = false;                   // in the first round only: what it shows does not vary
  // Open arrivals at this share of the most that a closed loop has reached with the same kernel, processes and threads.
  std::optional<models::Fraction> paced = std::nullopt;
};

// The rate of such a job, rounded to three digits; nothing while `runs` hold no such loop. A slow service gets as many
// requests as a window needs to tell of them, but not more than it can answer.
std::optional<models::Rate> paced_rate(models::Fraction share, const models::Configuration& what,
                                       const std::vector<models::MeasuredRun>& runs);

struct CampaignProgress {
  std::string job;                     // that is about to run
  std::size_t done = 0;                // windows
  std::size_t expected = 0;            // without repetitions
  std::size_t repeated = 0;
};

struct CampaignOptions {
  int rounds = 3;
  int retries = 2;                                   // of a contaminated window
  std::chrono::duration<double> budget{300.0};       // no window begins later but the first of each job
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  models::Count machine_cores = 1;
  std::function<models::MeasuredRun(const Job&)> measure;
  std::function<void(const models::MeasuredRun&)> on_run;      // as each is accepted, to record it
  std::function<void(const CampaignProgress&)> on_progress;
  std::function<bool()> stop_requested;
};

struct CampaignResult {
  std::vector<models::MeasuredRun> runs;   // one a job and round, the least disturbed of its tries
  std::size_t repeated = 0;                // windows that were thrown away
  std::size_t contaminated = 0;            // of `runs`, disturbed in every try
  int rounds = 0;                          // that were completed
  bool interrupted = false;
};

// Whatever `measure` throws ends the campaign and is passed on; what was accepted has gone to `on_run` by then.
CampaignResult run_campaign(const std::vector<Job>& asked, const CampaignOptions& options);

}  // namespace measure
