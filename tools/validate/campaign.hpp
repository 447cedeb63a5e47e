// SPDX-License-Identifier: MIT
// Measures the cases of a plan: repeat 1 of all of them, then repeat 2, ..., so that a machine that drifts drifts
// through all alike. Windows that were disturbed are measured again. What is already recorded is not measured.
// Probes, from which a profile is fitted, stand among the cases, so that drift hits both alike; every other repeat has
// them, the first one alone those that are made once.
// Invariants: each run is recorded before the next one begins; the rate of a case at a share of its capacity is found
// once, from the closed runs that were recorded before it, and kept.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "models/scenario/validation_plan.hpp"

namespace validation {

struct CampaignProgress {
  std::size_t done = 0;        // windows
  std::size_t expected = 0;
  double seconds_left = 0.0;   // of measuring; start and stop of servers come on top
  std::string what;
};

// A window that a profile is fitted from.
struct Probe {
  std::string subject;
  std::string name;            // unique in the plan; the ids of its runs begin with it
  models::Configuration what;
  models::Count before = 0;    // requests made before the window
  bool once = false;           // measure::Job has both
  std::optional<models::Fraction> paced = std::nullopt;
};

// One window.
struct Asked {
  const models::ValidationSubject& subject;
  const models::Configuration& what;
  models::Count before = 0;
  std::uint64_t seed = 1;      // of arrivals, another one for each repeat
};

struct CampaignSettings {
  models::Count machine_cores = 1;
  std::string only;            // pattern of labels; empty: all
  std::vector<Probe> probes;   // those of subjects without a selected case are left out
  std::function<models::MeasuredRun(const Asked&)> measure;   // throws what the measurement throws
  std::function<void(const models::MeasuredRun&)> record;
  // Answers per second that a case is expected to give, NaN if unknown: windows are made long enough for the answers
  // that scoring asks for.
  std::function<double(const models::Configuration&)> expected_rate;
  std::function<void(const CampaignProgress&)> on_progress;
  std::function<bool()> stop_requested;
};

struct CampaignFailure {
  std::string what;
  std::string message;
};

struct CampaignResult {
  std::vector<models::MeasuredRun> runs;        // of the plan's cases, recorded ones first
  std::vector<CampaignFailure> failures;        // cases that were given up
  bool interrupted = false;
};

// A record that was made with another plan.
class OtherPlan : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

CampaignResult measure_all(const models::ValidationPlan& plan, const std::vector<models::MeasuredRun>& recorded,
                           const CampaignSettings& settings);

}  // namespace validation
