// SPDX-License-Identifier: MIT
// The repeats of one configuration as one probe: medians of what was measured and how far they can be trusted.
#pragma once

#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "models/fields/metrics.hpp"
#include "models/runtime/server.hpp"

namespace models {

struct Target {
  Metric metric = Metric::throughput;
  double measured = 0.0;             // SI
  double sigma = 0.0;                // of its logarithm
};

struct Probe {
  std::string run;                   // id of the first repeat
  Configuration what;
  std::vector<const MeasuredRun*> repeats;  // the uncontaminated ones, or else the least contaminated
  std::vector<Target> targets;
  Duration client_cpu;               // of the load generator per request
  bool shared_cores = true;
  double switches = 0.0;             // voluntary ones per request
  std::vector<Count> split;          // how its connections spread over the processes, where they stay; empty: not known

  double measured(Metric metric) const;  // NaN where it is no target
  bool saturated() const { return !what.rate && what.connections >= 2 * what.processes; }
};

// The server of a run, or the one named `otherwise` where the run does not say; null: none of the table.
const ServerInfo* stated_server(const Configuration& what, const std::string& otherwise);
// Whether connections stay open from request to request; a server that is not known keeps them.
bool keeps_alive(const Configuration& what, const std::string& otherwise);

// Performance does not depend on preload and on what was asked before, so such repeats count together, and with a server
// that closes connections neither on whether they could be kept; where they stay with one of several processes each run
// stands alone. `server_name`: the server of runs that do not name theirs; empty: one that keeps connections.
// sigma^2 = floor^2 + (relative spread of the metric, pooled by kernel)^2 / repeats + contamination^2.
std::vector<Probe> probes_of(const std::vector<MeasuredRun>& runs, Count machine_cores,
                             const std::string& server_name = {});

}  // namespace models
