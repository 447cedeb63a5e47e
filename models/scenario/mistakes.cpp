// SPDX-License-Identifier: MIT
#include "models/scenario/mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "models/capacity/demand.hpp"
#include "models/runtime/registry.hpp"
#include "models/scenario/parameters.hpp"

namespace models {
namespace {

constexpr double much_smaller = 0.5;      // of the node's cores
constexpr double mostly_computing = 0.9;  // share of a lonely request's latency

class Mistakes {
 public:
  Mistakes(const Scenario& scenario, const Deployment& deployment)
      : scenario_(scenario), deployment_(deployment), profile_(scenario.profiles.at(deployment.profile)) {
    const Container& box = scenario.container;
    node_cores_ = static_cast<double>(scenario.node.cores);
    cores_ = std::min(node_cores_, box.limits.cpu ? box.limits.cpu->value : node_cores_);
    if (box.cpuset) cores_ = std::min(cores_, static_cast<double>(*box.cpuset));
    const Demand demand = mean_demand(parameters_of(scenario, deployment_));
    computes_ = demand.cpu.seconds > mostly_computing * demand.total.seconds;
  }

  std::vector<std::string> find() {
    lock_switched_on();
    workers_of_the_host();
    threads_that_only_wait();
    connections_over_the_pool();
    return std::move(found_);
  }

 private:
  template <class... Values>
  void say(fmt::format_string<Values...> text, Values&&... values) {
    found_.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  void lock_switched_on() {
    if (!deployment_.force_lock) return;
    say("the interpreter {}: its threads take turns", profile_.lock.present
                                                          ? "has an interpreter lock anyway"
                                                          : "is free-threaded, but an extension switched the lock back on");
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

  void connections_over_the_pool() {
    for (const Pool& pool : scenario_.pools) {
      if (!pool.max) continue;
      Count holders = std::max<Count>(1, scenario_.replicas);
      if (pool.per == PoolScope::service) holders = 1;
      if (pool.per == PoolScope::process || pool.per == PoolScope::thread) holders *= deployment_.processes;
      if (pool.per == PoolScope::thread) holders *= deployment_.threads;
      if (holders * pool.size <= *pool.max) continue;
      say("pool {}: {} x {} connections may be wanted at once, {} are allowed", pool.name, holders, pool.size, *pool.max);
    }
  }

  const Scenario& scenario_;
  const Deployment& deployment_;
  const Profile& profile_;
  double node_cores_ = 1.0;
  double cores_ = 1.0;       // that the container may use
  bool computes_ = false;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> mistakes(const Scenario& scenario, const Deployment& deployment) {
  return Mistakes(scenario, deployment).find();
}

}  // namespace models
