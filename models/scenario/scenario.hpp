// SPDX-License-Identifier: MIT
// The typed scenario: one file a user writes, read strictly (models/scenario/reader.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/fields/quantity.hpp"
#include "models/host/host.hpp"
#include "models/profile/profile.hpp"
#include "models/runtime/deployment.hpp"
#include "models/workload/load.hpp"

namespace models {

// What a pool of downstream tokens (database connections) is shared by.
enum class PoolScope { thread, process, container, service };

struct Pool {
  std::string name;
  PoolScope per = PoolScope::process;
  Count size = 1;                          // tokens of one pool, 1..1,000,000
  std::optional<Count> max;                // tokens of all pools of the service together (the database's own limit)
};

// How long and how often to simulate. Absent values are chosen by the runner.
struct RunSettings {
  std::uint64_t seed = 1;
  Fraction precision{0.02};                // relative half-width asked of throughput and mean latency, 0.1%..50%
  std::optional<Count> replications;       // exactly so many instead of by precision, 2..100,000
  Count max_replications = 64;
  std::optional<Duration> duration;        // measured time of a replication
  std::optional<Duration> warm_up;         // discarded before it
};

// One line of `expect:`; exactly one of the bounds or words is checked per given field.
// YAML: `{deployment: mm1, metric: latency_mean, near: 5s, within: 2%}`, `{..., at_least: 100/s}`,
// `{..., interval_contains: 5s}`, `{deployment: a, binds: lock}`, `{deployment: a, slo: ok}`.
struct Expectation {
  std::string deployment;
  std::string metric;                      // name in the metric table
  std::optional<double> at_least;          // in the metric's SI unit (the YAML carries a unit)
  std::optional<double> at_most;
  std::optional<double> near;
  Fraction within{0.05};                   // with near: relative tolerance
  std::optional<double> interval_contains; // the 95 % confidence interval must hold this value
  std::string binds;
  std::string slo;                         // ok | missed
  int line = 0;                            // where it stands, for the report
};

struct Scenario {
  std::string file;                        // as the user named it
  std::string description;
  Service service;
  Container container;
  Node node;
  Count replicas = 1;                      // containers of the service on the node, 1..1024
  std::vector<Pool> pools;                 // YAML map
  std::map<std::string, Profile> profiles; // key -> profile, derivations already applied (ranges in Measured)
  std::vector<Deployment> deployments;     // in file order; at least one
  RunSettings run;
  std::vector<Expectation> expect;
};

}  // namespace models
