// SPDX-License-Identifier: MIT
#include "models/comparison/used_numbers.hpp"

#include <algorithm>
#include <initializer_list>

#include "models/workload/sampler.hpp"

namespace models {
namespace {

bool starts_with_any(std::string_view path, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return path.starts_with(prefix); });
}

}  // namespace

UsedNumbers::UsedNumbers(const Service& service, const Deployment& deployment, const Profile& profile,
                         bool starts_workers)
    : service_(service),
      profile_(profile),
      deployment_(deployment),
      server_(server_of(deployment, profile)),
      runtime_(runtime_of(deployment, profile).name),
      starts_workers_(starts_workers) {}

bool UsedNumbers::contain(std::string_view path) const {
  const bool locked = runtime_ == gil_threads_runtime.name;
  const bool has_poller = server_.poller && server_.accept == AcceptRule::eagerly;
  if (path.starts_with("kernels.")) return of_a_kernel(path);
  if (path == "lock.switch_interval") return locked && of_a_holder_for_an_interval();
  if (path.starts_with("lock.")) return locked && (deployment_.threads > 1 || has_poller);
  if (path == "threads.single_thread_cost") return true;
  if (starts_with_any(path, {"threads.contention", "threads.coherency", "threads.starvation"})) {
    return runtime_ == free_threads_runtime.name && deployment_.threads > 1;
  }
  if (path == "accept.poller_cpu" || path == "accept.handoff_cpu") return has_poller;
  const bool connects = !(service_.keep_alive && server_.keep_alive);
  if (path == "accept.connection_cpu") return connects;
  const bool collected = find_runtime(runtime_)->takes_any_number;
  if (path == "memory.connection") return collected && connects;
  if (path == "memory.survivor") return collected;
  if (path == "accept.primary_cpu") return server_.primary && !service_.keep_alive;
  if (path == "accept.wakeup_cpu") {
    return deployment_.processes > 1 && (server_.accept == AcceptRule::when_idle || !service_.keep_alive);
  }
  if (path == "accept.stickiness") return deployment_.processes > 1 && server_.accept == AcceptRule::eagerly;
  if (path == "memory.thread") return deployment_.threads > 1;
  if (path == "memory.interpreter") return runtime_ == subinterpreters_runtime.name;
  if (path == "memory.growth") return some_kernel_lacks(&KernelMemory::growth);
  if (path == "memory.never_unshared")
    return deployment_.preload && some_kernel_lacks(&KernelMemory::never_unshared);
  if (path == "memory.decay_requests")
    return deployment_.preload && some_kernel_lacks(&KernelMemory::decay_requests);
  if (starts_with_any(path, {"memory.shared_heap", "memory.held_by_master", "memory.unshared_at_once"})) {
    return deployment_.preload;
  }
  if (path.starts_with("spawn.")) return starts_workers_;
  if (path.starts_with("caches.")) return of_cold_caches();
  if (path == "loop_cpu") return runtime_ == event_loop_runtime.name;
  if (path == "interpreter_call") return runtime_ == subinterpreters_runtime.name;
  return path.starts_with("memory.");
}

bool UsedNumbers::of_a_kernel(std::string_view path) const {
  const bool releases = path.ends_with(".releases");
  if (releases && runtime_ != gil_threads_runtime.name) return false;
  if (path.ends_with(".timer_resolution") && runtime_ != event_loop_runtime.name) return false;
  const bool unshares = path.ends_with(".memory.never_unshared") || path.ends_with(".memory.decay_requests");
  if (unshares && !deployment_.preload) return false;
  if (service_.mix.empty())
    return service_.kernel.empty() || path.starts_with("kernels." + service_.kernel + ".");
  return std::any_of(service_.mix.begin(), service_.mix.end(), [&](const MixEntry& entry) {
    return path.starts_with("kernels." + entry.kernel + ".");
  });
}

// Shorter holders let go before anybody can force them to.
bool UsedNumbers::of_a_holder_for_an_interval() const {
  const auto long_holder = [&](const Phase& phase) {
    return phase.kind == PhaseKind::lock &&
           Sampler(phase.time).mean() > 0.5 * profile_.lock.switch_interval.value;
  };
  return std::any_of(profile_.kernels.begin(), profile_.kernels.end(), [&](const Kernel& kernel) {
    return std::any_of(kernel.phases.begin(), kernel.phases.end(), long_holder);
  });
}

bool UsedNumbers::of_cold_caches() const {
  return std::any_of(profile_.kernels.begin(), profile_.kernels.end(), [&](const Kernel& kernel) {
    return kernel.cold_factor.value > 0.0 && of_a_kernel("kernels." + kernel.name + ".");
  });
}

}  // namespace models
