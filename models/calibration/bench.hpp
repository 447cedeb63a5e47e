// SPDX-License-Identifier: MIT
// Simulates probes for many drafts at once: the predictions that a fit compares with what was measured. The same seed
// and replications for every draft, so that two drafts differ by their numbers only.
#pragma once

#include <cstdint>
#include <vector>

#include "models/calibration/draft.hpp"
#include "models/calibration/probe.hpp"
#include "models/fields/metrics.hpp"

namespace models {

struct BenchSettings {
  Count machine_cores = 1;
  std::uint64_t seed = 1;
  int jobs = 0;
  std::size_t requests = 12000;      // a probe and replication
  std::size_t replications = 1;
};

class Bench {
 public:
  explicit Bench(const BenchSettings& settings) : settings_(settings) {}

  struct Task {
    const Draft* draft;
    const Probe* probe;
  };
  // Means over the replications, one observation a task.
  std::vector<Observation> run(const std::vector<Task>& tasks) const;

 private:
  BenchSettings settings_;
};

// ln(predicted / measured) / sigma of a probe's targets that count, in their order.
std::vector<double> residuals_of(const Probe& probe, const Observation& predicted, bool with_tail);

// CPU per request of a closed loop that leaves workers idle for moments tells about their wake-ups on other cores, which
// are not modelled. A single connection tells nothing where the server computes on after it has answered, beside the
// client: the model lets the two take turns. The farthest tail tells of starvation where there is any, and else of noise.
bool counts(const Probe& probe, const Target& target, bool with_tail);

}  // namespace models
