// SPDX-License-Identifier: MIT
#include "models/fleet/day.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "models/runtime/registry.hpp"
#include "sim/experiment/runner.hpp"
#include "sim/stats/confidence.hpp"

namespace models {
namespace {

constexpr std::size_t replications = 8;
constexpr std::size_t values_of_part = 5;

double cores_requested(const TrialParameters& at) {
  const std::optional<Cores> request = at.container.requests.cpu ? at.container.requests.cpu : at.container.limits.cpu;
  return request ? request->value : static_cast<double>(at.node.cores);
}

// Requests that may wait in a replica: in its listen queue, and on the connections that its processes have accepted.
double room_of(const TrialParameters& at) {
  const ServerInfo& server = server_of(at.deployment, at.profile);
  double room = static_cast<double>(at.deployment.backlog.value_or(server.backlog));
  if (server.accept == AcceptRule::eagerly) {
    const Count connections = at.deployment.worker_connections.value_or(server.worker_connections);
    room += static_cast<double>(at.deployment.processes * connections);
  }
  return room;
}

// The day metrics in order, then the parts; empty when interrupted.
std::vector<double> replicate(const TrialParameters& at, const Autoscale& autoscale, std::size_t replication,
                              const Effort& effort) {
  const DayLoad load(at.service.load, autoscale);
  const double mean_load = load.mean_rate() / autoscale.target_cpu.value;
  const std::optional<ReplicaCurve> curve = replica_curve(at, mean_load, replication, effort);
  if (!curve) return {};
  FleetSettings settings{autoscale,
                         at.service.slo,
                         at.service.balancer,
                         start_up(at, replication),
                         cores_requested(at),
                         room_of(at),
                         at.service.timeout};
  const FleetDay day = simulate_day(load, *curve, settings);

  const double probes = std::ceil(settings.start_up.time / autoscale.probe - 1e-9);
  const double share = 1.0 / std::max(1.0, day.arrived);
  std::vector<double> values(day_metric_count, 0.0);
  const auto put = [&](DayMetric metric, double value) { values[static_cast<std::size_t>(metric)] = value; };
  put(DayMetric::start_up, (autoscale.image_start + probes * autoscale.probe).seconds);
  put(DayMetric::replica_capacity, curve->capacity());
  put(DayMetric::replica_hours, day.replica_seconds / 3600.0);
  put(DayMetric::mean_replicas, day.replica_seconds / load.length().seconds);
  put(DayMetric::most_replicas, static_cast<double>(day.most_replicas));
  put(DayMetric::missed_minutes, day.missed_minutes);
  put(DayMetric::out_of_slo, (day.lost + day.late) * share);
  put(DayMetric::lost, day.lost * share);
  put(DayMetric::idle, std::max(0.0, 1.0 - day.core_seconds / (day.replica_seconds * settings.requested_cores)));
  put(DayMetric::grown, static_cast<double>(day.grown));
  put(DayMetric::shrunk, static_cast<double>(day.shrunk));
  put(DayMetric::requests, day.arrived);
  const double part_length = load.length().seconds / static_cast<double>(day.parts.size());
  for (std::size_t i = 0; i < day.parts.size(); ++i) {
    const FleetDay::Part& part = day.parts[i];
    const double from = static_cast<double>(i) * part_length;
    values.insert(values.end(), {from, part.arrived / part_length, part.replica_seconds / part_length,
                                 part.missed_minutes, part.out / std::max(1.0, part.arrived)});
  }
  return values;
}

sim::Interval interval_of(const sim::TrialResult& result, std::size_t value) {
  std::vector<double> values;
  for (const std::vector<double>& observation : result.observations) values.push_back(observation[value]);
  return sim::t_interval(values);
}

Estimate estimate(std::span<const sim::TrialResult> ends, std::size_t value) {
  sim::Interval low = interval_of(ends.front(), value);
  sim::Interval high = interval_of(ends.back(), value);
  if (high.mean < low.mean) std::swap(low, high);
  return {0.5 * (low.mean + high.mean), std::max(low.half_width, high.half_width), low.mean, high.mean};
}

Day day_of(const DayQuestion& question, std::span<const sim::TrialResult> ends) {
  Day day;
  day.length_s = DayLoad(question.ends.front().service.load, question.autoscale).length().seconds;
  for (std::size_t i = 0; i < day_metric_count; ++i) day.estimates[i] = estimate(ends, i);
  const auto mean = [&](std::size_t value) { return interval_of(ends.front(), value).mean; };
  for (std::size_t i = 0; i < FleetDay{}.parts.size(); ++i) {
    const std::size_t at = day_metric_count + i * values_of_part;
    day.parts.push_back({mean(at), mean(at + 1), mean(at + 2), mean(at + 3), mean(at + 4)});
  }
  return day;
}

}  // namespace

std::vector<Day> find_days(const std::vector<DayQuestion>& questions, const RunOptions& options) {
  Effort effort;
  effort.stop_requested = options.stop_requested;
  std::vector<sim::Trial> trials;
  for (const DayQuestion& question : questions) {
    for (const TrialParameters& end : question.ends) {
      sim::StoppingRule rule;
      rule.exactly = replications;
      trials.push_back({[&question, &end, &effort](std::size_t replication) {
                          return replicate(end, question.autoscale, replication, effort);
                        },
                        rule});
    }
  }
  const std::vector<sim::TrialResult> results = sim::run(trials, {options.jobs, {}, options.stop_requested});
  std::vector<Day> days;
  std::size_t first = 0;
  for (const DayQuestion& question : questions) {
    const std::span<const sim::TrialResult> ends(results.data() + first, question.ends.size());
    for (const sim::TrialResult& end : ends) {
      if (end.observations.size() < replications) throw Interrupted();
    }
    days.push_back(day_of(question, ends));
    first += question.ends.size();
  }
  return days;
}

}  // namespace models
