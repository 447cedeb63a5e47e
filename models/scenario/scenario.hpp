// SPDX-License-Identifier: MIT
// The typed scenario: one file a user writes, read strictly (models/scenario/reader.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/cost/cost_block.hpp"
#include "models/fields/field.hpp"
#include "models/fields/metrics.hpp"
#include "models/fields/quantity.hpp"
#include "models/fleet/autoscale.hpp"
#include "models/fleet/day_metrics.hpp"
#include "models/host/host.hpp"
#include "models/profile/profile.hpp"
#include "models/runtime/deployment.hpp"
#include "models/sweep/sweep_block.hpp"
#include "models/workload/load.hpp"
#include "models/workload/pool.hpp"

namespace models {

// How long and how often to simulate. Absent values are chosen by the runner.
struct RunSettings {
  std::uint64_t seed = 1;
  Fraction precision{0.02};                // relative half-width asked of throughput and mean latency, 0.1%..50%
  std::optional<Count> replications;       // exactly so many instead of by precision, 2..100,000
  Count max_replications = 64;
  std::optional<Duration> duration;        // measured time of a replication
  std::optional<Duration> warm_up;         // discarded before it
};

template <class Table>
void describe(Table& table, const RunSettings*) {
  // 2^53 - 1: the largest seed that JSON readers keep exactly.
  table("seed", &RunSettings::seed, "The same seed gives the same bytes.", between(0, 9007199254740991.0));
  table("precision", &RunSettings::precision,
        "Relative half-width of the confidence interval asked of throughput and mean latency.", between(0.001, 0.5));
  table("replications", &RunSettings::replications, "Exactly so many replications instead of by precision.",
        between(2, 100'000), Example{"20"});
  table("max_replications", &RunSettings::max_replications, "Give up on the precision after so many.",
        between(2, 100'000));
  table("duration", &RunSettings::duration, "Measured time of a replication; absent: chosen.", above_up_to(0, 1e7),
        Example{"60s"});
  table("warm_up", &RunSettings::warm_up, "Time discarded before it; absent: chosen.", between(0, 1e7),
        Example{"10s"});
}

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
  std::optional<Money> cost_at_least;      // a month, or a job
  std::optional<Money> cost_at_most;
  std::string cheaper_than;                // another deployment
  std::optional<Count> containers;         // on a full node
  int line = 0;                            // where it stands, for the report
};

inline std::vector<Choice> metric_choices() {
  std::vector<Choice> choices;
  for (const MetricInfo& metric : metric_table()) choices.push_back({metric.name, metric.help});
  for (const CapacityMetricInfo& metric : capacity_metric_table()) choices.push_back({metric.name, metric.help});
  for (const DayMetricInfo& metric : day_metric_table()) choices.push_back({metric.name, metric.help});
  return choices;
}

inline std::vector<Choice> binds_choices() {
  std::vector<Choice> choices;
  for (const std::string_view name : words(Binds{})) choices.push_back({name, {}});
  return choices;
}

inline std::vector<Choice> slo_choices() { return {{"ok", "The SLO holds."}, {"missed", "It does not."}}; }

template <class Table>
void describe(Table& table, const Expectation*) {
  table.at_most_one_of({"near", "interval_contains"});
  table("deployment", &Expectation::deployment, "Deployment that is checked.", required, Example{"gthread-2x8"});
  table("metric", &Expectation::metric, "Metric that is checked.", Choices{metric_choices}, Example{"latency_p99"});
  table("at_least", &Expectation::at_least, "The mean is not below this.", Needs{"metric"}, UnitOf{"metric"},
        Example{"100/s"});
  table("at_most", &Expectation::at_most, "The mean is not above this.", Needs{"metric"}, UnitOf{"metric"},
        Example{"250ms"});
  table("near", &Expectation::near, "The mean is about this.", Needs{"metric"}, UnitOf{"metric"}, Example{"5s"});
  table("within", &Expectation::within, "How near: relative difference.", Needs{"near"});
  table("interval_contains", &Expectation::interval_contains, "The 95 % confidence interval holds this value.",
        Needs{"metric"}, UnitOf{"metric"}, Example{"5s"});
  table("binds", &Expectation::binds, "What binds.", Choices{binds_choices}, Example{"lock"});
  table("cost_at_least", &Expectation::cost_at_least, "What it costs a month, or a job, is not below this.",
        Example{"$50"});
  table("cost_at_most", &Expectation::cost_at_most, "What it costs a month, or a job, is not above this.",
        Example{"$100"});
  table("cheaper_than", &Expectation::cheaper_than, "It costs less than that deployment.", Example{"prefork-12"});
  table("containers", &Expectation::containers, "So many containers fit on a node.", between(0, 1'000'000), Example{"7"});
  table("slo", &Expectation::slo, "Whether the SLO holds.", Choices{slo_choices}, Example{"ok"});
}

struct Scenario {
  std::string file;                        // as the user named it
  std::string description;
  std::string extends;                     // file that this one varies, already applied
  Service service;
  Container container;
  Node node;
  Count replicas = 1;                      // containers of the service, 1..1024; 0: as few as keep the promises
  Autoscale autoscale;                     // without `max`: none
  std::vector<Pool> pools;                 // YAML map
  std::map<std::string, Profile> profiles; // key -> profile, derivations already applied (ranges in Measured)
  std::vector<Deployment> deployments;     // in file order; at least one
  RunSettings run;
  std::vector<Expectation> expect;
  CostBlock cost;                          // is_given() when the file has one
  SweepBlock sweep;                        // of `forkcast sweep`
};

template <class Table>
void describe(Table& table, const Scenario*) {
  table("description", &Scenario::description, "The question that the scenario answers, in a sentence.");
  table("extends", &Scenario::extends, "File that this one varies: its maps are merged by key, null removes.",
        input_only, Example{"base.yaml"});
  table("service", &Scenario::service, "What users do and were promised.", required);
  table("container", &Scenario::container, "The box around each replica.");
  table("node", &Scenario::node, "The machine under it.");
  table("replicas", &Scenario::replicas, "Containers of the service; auto: as few as keep the promises.", between(1, 1024),
        ZeroIs{"auto"});
  table("autoscale", &Scenario::autoscale,
        "A day on a changing number of replicas: what it costs, and what scaling late costs the users.",
        Example{"{min: 2, max: 20, target_cpu: 70%}"});
  table("pools", &Scenario::pools, "Downstream pools (database connections), by name.",
        Example{"{database: {per: process, size: 5}}"});
  table("profiles", &Scenario::profiles,
        "Measured profiles, by key: in a file, derived from another one, or written in place.", required,
        between(1, 100), Example{"{gil: {file: shop.profile.yaml}}"});
  table("deployments", &Scenario::deployments, "What is compared, by name.", required, between(1, 256),
        Example{"{gthread-2x8: {profile: gil, server: gunicorn_gthread, processes: 2, threads: 8}}"});
  table("cost", &Scenario::cost, "What the deployments cost.",
        Example{"{sheet: prices/ec2-us-east-1.prices.yaml, node: m7i.2xlarge}"});
  table("sweep", &Scenario::sweep,
        "Parameters that `forkcast sweep` varies; every other command leaves them as they are.", input_only,
        Example{"{grid: {deployments.gthread-2x8.threads: log 1..64}}"});
  table("run", &Scenario::run, "How long and how often to simulate.");
  table("expect", &Scenario::expect, "What must come out; checked by `run --check`.",
        Example{"[{deployment: gthread-2x8, metric: latency_p99, at_most: 250ms}]"});
}

}  // namespace models
