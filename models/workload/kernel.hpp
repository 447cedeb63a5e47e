// SPDX-License-Identifier: MIT
// A kernel is the measured work of one request: an ordered list of phases, each of which spends one budget.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/quantity.hpp"

namespace models {

// How the length of a phase varies from request to request.
enum class Shape { constant, exponential, lognormal, gamma, uniform, quantiles };

struct QuantilePoint {
  Fraction probability;
  Duration value;
};

// A distribution of a non-negative duration. YAML: `20ms` (mean; shape `constant`) or
// `{mean: 20ms, shape: lognormal, scv: 0.3}` or `{quantiles: {p10: 650us, p50: 980us, p99: 3ms}}`.
// Between two quantiles values are interpolated linearly; below the first and above the last the end value holds.
struct Distribution {
  Measured<Duration> mean;                // unused when shape == quantiles
  Shape shape = Shape::constant;
  double scv = 1.0;                       // squared coefficient of variation, >= 0; lognormal and gamma only
  std::vector<QuantilePoint> quantiles;   // ascending in both columns; shape == quantiles only
};

enum class PhaseKind { lock, cpu, wait };

// One step of a request. YAML: `{lock: 930us, releases: 10}`, `{cpu: 1ms}`,
// `{wait: 20ms, awaitable: true, pool: database}`: exactly one of lock, cpu, wait.
struct Phase {
  PhaseKind kind = PhaseKind::cpu;
  Distribution time;             // CPU time for lock and cpu, elapsed time for wait
  Measured<double> releases;     // lock: releases of the interpreter lock during the phase (socket calls and the like)
  bool awaitable = false;        // wait: true when an event loop can overlap it, false when it blocks its thread
  std::string pool;              // wait: downstream pool a token of which is held meanwhile; empty for none
  Bytes memory;                  // live bytes for the duration of this phase
};

struct Kernel {
  std::string name;
  std::string help;
  std::vector<Phase> phases;     // at least one
};

}  // namespace models
