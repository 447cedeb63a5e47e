// SPDX-License-Identifier: MIT
// Classic mistakes in choosing workers, told from the deployment and its profile; none of them is an error.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "models/capacity/demand.hpp"
#include "models/comparison/judge.hpp"
#include "models/comparison/parameters.hpp"
#include "models/host/copy_on_write.hpp"
#include "models/runtime/registry.hpp"

namespace models {
namespace {

constexpr double much_smaller = 0.5;      // of the node's cores
constexpr double mostly_computing = 0.9;  // share of a lonely request's latency

class Mistakes {
 public:
  Mistakes(const Scenario& scenario, DeploymentResult& result)
      : scenario_(scenario), result_(result), deployment_(result.deployment), profile_(scenario.profiles.at(deployment_.profile)) {
    const Container& box = scenario.container;
    node_cores_ = static_cast<double>(scenario.node.cores);
    cores_ = std::min(node_cores_, box.limits.cpu ? box.limits.cpu->value : node_cores_);
    if (box.cpuset) cores_ = std::min(cores_, static_cast<double>(*box.cpuset));
    const Demand demand = mean_demand(parameters_of(scenario, deployment_));
    computes_ = demand.cpu.seconds > mostly_computing * demand.total.seconds;
  }

  void warn() {
    workers_of_the_host();
    threads_that_only_wait();
    preload_that_decays();
    connections_over_the_pool();
  }

 private:
  template <class... Values>
  void say(fmt::format_string<Values...> text, Values&&... values) {
    result_.warnings.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  // "2 x cores + 1", with the cores of the machine instead of the container's.
  void workers_of_the_host() {
    const auto of_the_host = static_cast<Count>(2.0 * node_cores_) + 1;
    if (deployment_.processes < of_the_host || cores_ > much_smaller * node_cores_ || !computes_) return;
    say("{} processes are for the {} cores of the node, but the container may use {:.3g}: they only take memory",
        deployment_.processes, scenario_.node.cores, cores_);
  }

  void threads_that_only_wait() {
    const std::string_view runtime = runtime_of(deployment_, profile_).name;
    const bool threaded = runtime == gil_threads_runtime.name || runtime == free_threads_runtime.name;
    const auto most = static_cast<Count>(2.0 * std::ceil(cores_));
    const Count threads = deployment_.processes * deployment_.threads;
    if (!threaded || !computes_ || deployment_.threads < 2 || threads <= most) return;
    say("requests compute nearly all the time: of {} threads no more than {:.3g} can run at once", threads, cores_);
  }

  // What is left of the sharing when the run ends.
  void preload_that_decays() {
    const MemoryCosts& memory = profile_.memory;
    if (!deployment_.preload || deployment_.freeze || memory.shared_heap.value.value <= 0.0) return;
    const double replications = std::max(1.0, static_cast<double>(result_.replications.size()));
    const double processes = static_cast<double>(deployment_.processes * scenario_.replicas);
    double served = static_cast<double>(result_.requests) / (replications * processes);
    if (deployment_.max_requests > 0) served = std::min(served, static_cast<double>(deployment_.max_requests));
    const CopyOnWrite heap(memory, profile_.kernels, deployment_.freeze);
    const double copied = 1.0 - heap.shared_after(by_kernel(served));
    if (copied <= 0.5) return;
    say("of the preloaded heap {:.0f} % is private again after {:.0f} requests a process: freeze it, or count it per process",
        100.0 * copied, served);
  }

  // Of so many requests, those of each of the profile's kernels.
  std::vector<double> by_kernel(double requests) const {
    const Service& service = scenario_.service;
    double weights = 0.0;
    for (const MixEntry& entry : service.mix) weights += entry.weight;
    std::vector<double> parts;
    for (const Kernel& kernel : profile_.kernels) {
      double part = service.mix.empty() && (service.kernel == kernel.name || profile_.kernels.size() == 1) ? 1.0 : 0.0;
      for (const MixEntry& entry : service.mix) {
        if (entry.kernel == kernel.name) part += entry.weight / weights;
      }
      parts.push_back(part * requests);
    }
    return parts;
  }

  void connections_over_the_pool() {
    for (const Pool& pool : scenario_.pools) {
      if (!pool.max) continue;
      Count holders = scenario_.replicas;
      if (pool.per == PoolScope::service) holders = 1;
      if (pool.per == PoolScope::process || pool.per == PoolScope::thread) holders *= deployment_.processes;
      if (pool.per == PoolScope::thread) holders *= deployment_.threads;
      if (holders * pool.size <= *pool.max) continue;
      say("pool {}: {} x {} connections may be wanted at once, {} are allowed", pool.name, holders, pool.size, *pool.max);
    }
  }

  const Scenario& scenario_;
  DeploymentResult& result_;
  const Deployment& deployment_;
  const Profile& profile_;
  double node_cores_ = 1.0;
  double cores_ = 1.0;       // that the container may use
  bool computes_ = false;
};

}  // namespace

void warn_of_mistakes(const Scenario& scenario, DeploymentResult& result) { Mistakes(scenario, result).warn(); }

}  // namespace models
