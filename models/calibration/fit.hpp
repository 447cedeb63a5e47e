// SPDX-License-Identifier: MIT
// A profile from measured runs: nonlinear least squares through the simulator, so that the numbers that fit the probes
// are those with which the same code predicts other configurations.
//
//   minimise  sum ((ln predicted - ln measured) / sigma)^2  over throughput, CPU per request and latency quantiles
//
// of every probe, where a probe is the median of the repeats of one configuration and sigma comes from their spread.
// Method: damped Gauss-Newton (Levenberg 1944, Marquardt 1963) from closed-form start values; derivatives are finite
// differences under common random numbers, from each start that attempt.hpp lists. Which server and whether there is an
// interpreter lock is the candidate with the least sum. Memory and spawn are linear in their parameters and solved
// directly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "models/profile/profile.hpp"

namespace models {

struct FitOptions {
  std::string server;                // name in the server table; empty: recognised
  std::optional<bool> lock;          // whether there is an interpreter lock; absent: recognised
  Count machine_cores = 0;           // 0: the most that a probe ran on
  std::uint64_t seed = 1;
  int jobs = 0;                      // threads; 0: one for each core
  std::size_t requests = 10000;      // simulated for each probe and trial value
  std::size_t iterations = 12;       // of the minimisation at most
};

// One probe's metric: "throughput", "cpu/request", "p50", "p95", "p99", "p999", "charge", "charge idle"
struct Residual {
  std::string run;                   // id of the first repeat
  std::string metric;
  double measured = 0.0;             // SI
  double predicted = 0.0;
  double sigma = 0.0;                // relative standard deviation it is weighed with; 0: shown, not fitted
};

// One number of the profile and how well the probes tell it.
struct Identified {
  std::string path;                  // as for_each_number spells it: "lock.handover_cpu"; of a kernel "kernels.json.demand",
                                     // .scv, .wait, .native_share, which its phases share; and "host.scaling", the
                                     // share of its speed that a core loses when all are busy
  double value = 0.0;                // SI
  double low = 0.0;                  // 95 % interval; low == high where none can be stated
  double high = 0.0;
  Basis basis = Basis::measured;
  std::string reason;                // where it comes from, or why it could not be told
};

// A runtime that the probes might have been measured on.
struct Candidate {
  std::string server;
  bool lock = false;
  double chi_square = 0.0;           // sum of squared residuals over sigma, lower is better
};

struct Fitted {
  Profile profile;                   // provenance holds `fitted_from` only
  std::string server;
  bool lock = false;
  bool lock_shows = true;            // false: single threads, and nobody has said
  std::vector<Candidate> candidates; // best first; one where nothing had to be recognised
  std::vector<Residual> residuals;
  std::vector<Identified> parameters;
  double chi_square = 0.0;
  std::size_t degrees_of_freedom = 0;
};

// Throws std::invalid_argument when the probes hold no closed loop to start from; best is one on one process and one thread.
Fitted fit(const std::vector<MeasuredRun>& probes, const FitOptions& options);

}  // namespace models
