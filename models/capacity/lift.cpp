// SPDX-License-Identifier: MIT
#include "models/capacity/lift.hpp"

#include <string_view>

#include "models/runtime/registry.hpp"

namespace models {
namespace {

constexpr Count more = 4;

void lift_quota(TrialParameters& at) {
  Container& container = at.container;
  // Its share beside neighbours stays what the limit had made it.
  if (!container.requests.cpu) container.requests.cpu = container.limits.cpu;
  container.limits.cpu.reset();
  container.cpu_burst = Duration{};
}

// The new cores do as much as the old ones did on average.
void lift_cores(TrialParameters& at) {
  Node& node = at.node;
  const auto before = static_cast<std::size_t>(node.cores);
  node.cores *= more;
  at.container.cpuset.reset();
  if (node.scaling.empty()) return;
  const double each = node.scaling.back() / static_cast<double>(before);
  for (std::size_t k = before; k < static_cast<std::size_t>(node.cores); ++k) {
    node.scaling.push_back(each * static_cast<double>(k + 1));
  }
}

void lift_workers(TrialParameters& at) {
  Deployment& deployment = at.deployment;
  const std::string_view runtime = runtime_of(deployment, at.profile).name;
  if (runtime == event_loop_runtime.name && deployment.blocking_waits == BlockingWaits::executor) {
    deployment.executor_threads *= more;
  } else if (runtime == mn_tasks_runtime.name) {
    deployment.carriers *= more;
  } else if (deployment.threads > 1) {
    deployment.threads *= more;
  } else {
    deployment.processes *= more;
  }
}

}  // namespace

std::optional<Lifted> lift(const TrialParameters& at, const Slo& slo, Binds binds) {
  Lifted lifted{at, slo};
  switch (binds) {
    case Binds::cpu_quota:
      lift_quota(lifted.at);
      lifted.slo.cpu.reset();
      return lifted;
    case Binds::cores:
      lift_cores(lifted.at);
      return lifted;
    case Binds::memory:
      lifted.at.container.limits.memory.reset();
      lifted.slo.memory.reset();
      return lifted;
    case Binds::workers:
      lift_workers(lifted.at);
      return lifted;
    case Binds::pool:
      for (Pool& pool : lifted.at.pools) {
        pool.size = 1'000'000;
        pool.max.reset();
      }
      return lifted;
    case Binds::lock:
    case Binds::arrivals:
      break;
  }
  return std::nullopt;
}

}  // namespace models
