// SPDX-License-Identifier: MIT
#include "models/capacity/demand.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "models/runtime/registry.hpp"
#include "models/workload/sampler.hpp"

namespace models {
namespace {

double weight_of(const Service& service, const std::string& kernel) {
  if (service.mix.empty()) return service.kernel.empty() || service.kernel == kernel ? 1.0 : 0.0;
  for (const MixEntry& entry : service.mix) {
    if (entry.kernel == kernel) return entry.weight;
  }
  return 0.0;
}

double usable_cores(const TrialParameters& parameters) {
  const Node& node = parameters.node;
  double cores = node.scaling.empty() ? static_cast<double>(node.cores) : node.scaling.back();
  if (parameters.container.cpuset) cores = std::min(cores, static_cast<double>(*parameters.container.cpuset));
  if (parameters.container.limits.cpu) cores = std::min(cores, parameters.container.limits.cpu->value);
  return cores;
}

}  // namespace

Demand mean_demand(const TrialParameters& parameters) {
  const Profile& profile = parameters.profile;
  const ServerInfo& server = server_of(parameters.deployment, profile);
  const double cost = profile.threads.single_thread_cost.value.value;
  Demand sum;
  double weights = 0.0;
  for (const Kernel& kernel : profile.kernels) {
    const double weight = weight_of(parameters.service, kernel.name);
    weights += weight;
    for (const Phase& phase : kernel.phases) {
      const Duration mean = weight * Sampler(phase.time).mean();
      if (phase.kind == PhaseKind::wait) {
        sum.total += mean;
      } else {
        sum.cpu += cost * mean;
        if (phase.kind == PhaseKind::lock) sum.lock += cost * mean;
      }
    }
  }
  Demand demand;
  if (weights > 0.0) demand = {sum.cpu / weights, sum.lock / weights, sum.total / weights, {}};
  if (server.poller && server.accept == AcceptRule::eagerly) {
    demand.cpu += profile.accept.poller_cpu.value;
    demand.lock += profile.accept.poller_cpu.value;
    demand.total += profile.accept.handoff_cpu.value;   // a lonely request finds its worker asleep
  }
  if (!(parameters.service.keep_alive && server.keep_alive)) {
    demand.cpu += profile.accept.connection_cpu.value;
    if (server.primary) demand.primary = profile.accept.primary_cpu.value;
  }
  if (runtime_of(parameters.deployment, profile).name == event_loop_runtime.name) demand.cpu += profile.loop_cpu.value;
  demand.total += demand.cpu + demand.primary + parameters.service.network;
  return demand;
}

double highest_rate(const TrialParameters& parameters) {
  const Deployment& deployment = parameters.deployment;
  const Demand demand = mean_demand(parameters);
  const std::string_view runtime = runtime_of(deployment, parameters.profile).name;
  const auto processes = static_cast<double>(deployment.processes);
  double rate = std::numeric_limits<double>::infinity();
  const auto at_most = [&](double units, Duration each) {
    if (each > Duration{}) rate = std::min(rate, units / each.seconds);
  };
  at_most(usable_cores(parameters), demand.cpu + demand.primary + parameters.service.client.cpu);
  at_most(1.0, demand.primary);
  if (runtime == gil_threads_runtime.name) at_most(processes, demand.lock);
  if (runtime == event_loop_runtime.name) {
    at_most(processes, demand.cpu);
  } else if (runtime != mn_tasks_runtime.name) {
    at_most(processes * static_cast<double>(std::max<Count>(deployment.threads, 1)), demand.total);
  }
  return rate;
}

}  // namespace models
