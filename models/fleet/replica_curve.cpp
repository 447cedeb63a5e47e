// SPDX-License-Identifier: MIT
#include "models/fleet/replica_curve.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/cluster/service.hpp"

namespace models {
namespace {

// Requests seen at each load: of 5,000 fifty are beyond the p99, and a few replications average that.
constexpr double requests_seen = 5000.0;
constexpr double requests_before = 1000.0;
// Loads as shares of capacity; latency bends most near its end.
constexpr std::array shares{0.05, 0.2, 0.35, 0.5, 0.6, 0.7, 0.78, 0.85, 0.9, 0.94, 0.97, 0.99};

struct Seen {
  ReplicaState state;
  double completed = 0.0;  // per second
};

// Runs until then; false when interrupted.
bool run_to(ServiceInstance& service, TimePoint until, const Effort& effort) {
  constexpr std::uint64_t slice = 500'000;
  sim::Simulation& simulation = service.simulation();
  for (;;) {
    simulation.stop_after(simulation.events() + slice);
    simulation.run_until(until);
    if (!simulation.exhausted()) return true;
    if (effort.stop_requested && effort.stop_requested()) return false;
    if (simulation.events() >= effort.events) {
      throw TooManyEvents("autoscale: a replica's load takes more events to simulate than there may be");
    }
  }
}

// `load`: of each replica.
std::optional<Seen> observe(TrialParameters& fleet, double load, std::uint64_t replication, const Effort& effort) {
  const auto replicas = static_cast<double>(fleet.replicas);
  fleet.service.load.open = Rate{load * replicas};
  // Quota periods and waits take time, however many requests come.
  const Duration least = std::max(Duration{2.0}, 20.0 * fleet.container.cpu_period);
  const Duration warm_up = std::max(least, Duration{requests_before / (load * replicas)});
  const Duration length = std::max(least, Duration{requests_seen / (load * replicas)});
  sim::Simulation simulation(fleet.seed, replication);
  ServiceInstance service(simulation, fleet, replication);
  const auto cpu_time = [&] {
    Duration sum;
    for (const ContainerInstance& container : service.containers()) sum += service.cpu().cpu_time(container.group());
    return sum;
  };
  service.start();
  if (!run_to(service, TimePoint{} + warm_up, effort)) return std::nullopt;
  service.open_window();
  const Duration cpu_before = cpu_time();
  if (!run_to(service, TimePoint{} + warm_up + length, effort)) return std::nullopt;
  service.close_window();

  const Ledger& ledger = service.ledger();
  const auto completed = static_cast<double>(ledger.count(Outcome::completed));
  const auto left = static_cast<double>(ledger.left());
  Seen seen;
  seen.completed = completed / (length.seconds * replicas);
  seen.state.load = load;
  seen.state.cores = (cpu_time() - cpu_before).seconds / (length.seconds * replicas);
  seen.state.lost = left > 0.0 ? (left - completed) / left : 0.0;
  if (completed > 0.0) seen.state.latency = ledger.latency_mean();
  const auto promises = promised_latencies(fleet.service.slo);
  for (std::size_t i = 0; i < promises.size(); ++i) {
    if (!promises[i]) continue;
    seen.state.above[i] = completed > 0.0 ? 1.0 - ledger.latency().share_up_to(promises[i]->seconds) : 1.0;
  }
  return seen;
}

// A load that no replica carries: what its cores and, if requests mostly wait, its workers could do at best.
double hopeless_load(const TrialParameters& one) {
  double cpu = 0.0;
  double time = 0.0;
  for (const Kernel& kernel : one.profile.kernels) {
    double kernel_cpu = 0.0;
    double kernel_time = 0.0;
    for (const Phase& phase : kernel.phases) {
      const double mean = phase.time.shape == Shape::quantiles ? phase.time.quantiles.front().value.seconds
                                                               : phase.time.mean.value.seconds;
      kernel_time += mean;
      if (phase.kind != PhaseKind::wait) kernel_cpu += mean;
    }
    cpu = cpu == 0.0 ? kernel_cpu : std::min(cpu, kernel_cpu);
    time = time == 0.0 ? kernel_time : std::min(time, kernel_time);
  }
  const double cores = std::min(one.container.limits.cpu.value_or(Cores{1e9}).value, static_cast<double>(one.node.cores));
  const double by_cpu = cpu > 0.0 ? cores / cpu : 1e6;
  const double workers = static_cast<double>(one.deployment.processes * one.deployment.threads);
  const double by_workers = time > 0.0 ? workers / time : 1e6;
  return 1.5 * std::clamp(std::min(by_cpu, by_workers), 0.1, 1e6);
}

// As many nodes with a replica each, as one node: busy cores are spread evenly over them.
TrialParameters side_by_side(const TrialParameters& one, Count replicas) {
  TrialParameters several = one;
  several.replicas = replicas;
  if (replicas == 1) return several;
  const auto cores = static_cast<std::size_t>(one.node.cores);
  const std::vector<double>& scaling = one.node.scaling.empty() ? one.profile.host.scaling : one.node.scaling;
  several.node.cores = one.node.cores * replicas;
  several.node.scaling.clear();
  const auto throughput = [&](std::size_t busy) {
    if (busy == 0) return 0.0;
    // Beyond the measured curve every further core adds the average of those measured (sim/resource/shared_server.hpp).
    const auto measured = static_cast<double>(scaling.size());
    return busy <= scaling.size() ? scaling[busy - 1] : static_cast<double>(busy) * scaling.back() / measured;
  };
  for (std::size_t busy = 1; !scaling.empty() && busy <= cores * static_cast<std::size_t>(replicas); ++busy) {
    const double on_each = static_cast<double>(busy) / static_cast<double>(replicas);
    const auto whole = static_cast<std::size_t>(on_each);
    const double rest = on_each - static_cast<double>(whole);
    const double each = throughput(whole) + (rest > 0.0 ? rest * (throughput(whole + 1) - throughput(whole)) : 0.0);
    several.node.scaling.push_back(each * static_cast<double>(replicas));
  }
  if (!several.container.cpuset) several.container.cpuset = one.node.cores;
  for (Count copy = 1; copy < replicas; ++copy) {
    several.node.neighbours.insert(several.node.neighbours.end(), one.node.neighbours.begin(), one.node.neighbours.end());
  }
  return several;
}

}  // namespace

std::array<std::optional<Duration>, 3> promised_latencies(const Slo& slo) { return {slo.p50, slo.p95, slo.p99}; }

ReplicaCurve::ReplicaCurve(std::vector<ReplicaState> states, double capacity, double busy_cores)
    : states_(std::move(states)), capacity_(capacity), busy_cores_(busy_cores) {}

ReplicaState ReplicaCurve::at(double load) const {
  const auto after = std::upper_bound(states_.begin(), states_.end(), load,
                                      [](double value, const ReplicaState& state) { return value < state.load; });
  if (after == states_.end()) return states_.back();
  ReplicaState none;
  const ReplicaState& right = *after;
  // An idle replica uses nothing; its few requests fare like those at the lowest load.
  none.latency = right.latency;
  none.lost = right.lost;
  none.above = right.above;
  const ReplicaState& left = after == states_.begin() ? none : *(after - 1);
  const double share = (load - left.load) / (right.load - left.load);
  const auto mix = [&](double a, double b) { return a + share * (b - a); };
  ReplicaState state{load, mix(left.cores, right.cores), mix(left.lost, right.lost), mix(left.latency, right.latency), {}};
  for (std::size_t i = 0; i < state.above.size(); ++i) state.above[i] = mix(left.above[i], right.above[i]);
  return state;
}

std::optional<ReplicaCurve> replica_curve(TrialParameters one, double mean_load, std::uint64_t replication,
                                          const Effort& effort) {
  one.replicas = 1;
  one.service.load = Load{};
  double load = hopeless_load(one);
  std::optional<Seen> full = observe(one, load, replication, effort);
  // What it completes is its capacity once it falls behind by more than noise.
  constexpr double keeps_up = 0.95;
  for (int doublings = 0; full && full->completed > keeps_up * load && doublings < 20; ++doublings) {
    load *= 2.0;
    full = observe(one, load, replication, effort);
  }
  if (!full) return std::nullopt;
  const double capacity = std::max(full->completed, 1e-3);
  constexpr double most_replicas = 8.0;
  const double needed = std::clamp(std::ceil(mean_load / capacity), 1.0, most_replicas);
  const bool alone = one.service.balancer == Balancer::random;
  TrialParameters fleet = side_by_side(one, alone ? 1 : static_cast<Count>(needed));
  std::vector<ReplicaState> states;
  for (const double share : shares) {
    const std::optional<Seen> seen = observe(fleet, share * capacity, replication, effort);
    if (!seen) return std::nullopt;
    states.push_back(seen->state);
  }
  return ReplicaCurve(std::move(states), capacity, full->state.cores);
}

StartUp start_up(const TrialParameters& one, std::uint64_t replication) {
  TrialParameters alone = one;
  alone.replicas = 1;
  sim::Simulation simulation(alone.seed, replication);
  ServiceInstance service(simulation, alone, replication);
  const ContainerInstance& started = service.add_container();
  const auto processes = static_cast<std::size_t>(alone.deployment.processes);
  constexpr Duration step{1e-3};
  constexpr Duration longest{3600.0};
  while (started.processes_alive() < processes && simulation.now() < TimePoint{} + longest) {
    simulation.run_until(simulation.now() + step);
  }
  const Duration time = simulation.now() - TimePoint{};
  const Duration used = service.cpu().cpu_time(started.group());
  return {time, time > Duration{} ? used / time : 0.0};
}

}  // namespace models
