// SPDX-License-Identifier: MIT
// A result is only as good as the worst number it used. Which numbers a deployment uses depends on what it runs:
// a single process has no use for the cost of a hand-over.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "models/comparison/judge.hpp"
#include "models/profile/numbers.hpp"
#include "models/runtime/registry.hpp"
#include "models/workload/sampler.hpp"

namespace models {
namespace {

bool starts_with_any(std::string_view path, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return path.starts_with(prefix); });
}

class Usage {
 public:
  Usage(const Scenario& scenario, const DeploymentResult& result, const Profile& profile)
      : scenario_(scenario),
        result_(result),
        profile_(profile),
        deployment_(result.deployment),
        server_(server_of(result.deployment, profile)),
        runtime_(runtime_of(result.deployment, profile).name) {}

  bool uses(std::string_view path) const {
    const bool locked = runtime_ == gil_threads_runtime.name;
    const bool has_poller = server_.poller && server_.accept == AcceptRule::eagerly;
    if (path.starts_with("kernels.")) return uses_kernel(path);
    if (path == "lock.switch_interval") return locked && holds_for_an_interval();
    if (path.starts_with("lock.")) return locked && (deployment_.threads > 1 || has_poller);
    if (path == "threads.single_thread_cost") return true;
    if (starts_with_any(path, {"threads.contention", "threads.coherency", "threads.starvation"})) {
      return runtime_ == free_threads_runtime.name && deployment_.threads > 1;
    }
    if (path == "accept.poller_cpu") return has_poller;
    if (path == "accept.connection_cpu") return !(scenario_.service.keep_alive && server_.keep_alive);
    if (path == "accept.wakeup_cpu") {
      return deployment_.processes > 1 && (server_.accept == AcceptRule::when_idle || !scenario_.service.keep_alive);
    }
    if (path == "accept.stickiness") return deployment_.processes > 1 && server_.accept == AcceptRule::eagerly;
    if (path == "memory.thread") return deployment_.threads > 1;
    if (path == "memory.interpreter") return runtime_ == subinterpreters_runtime.name;
    if (path == "memory.growth") return some_kernel_lacks(&KernelMemory::growth);
    if (path == "memory.never_unshared") return deployment_.preload && some_kernel_lacks(&KernelMemory::never_unshared);
    if (path == "memory.decay_requests") return deployment_.preload && some_kernel_lacks(&KernelMemory::decay_requests);
    if (starts_with_any(path, {"memory.shared_heap", "memory.held_by_master", "memory.unshared_at_once"})) {
      return deployment_.preload;
    }
    if (path.starts_with("spawn.")) return deployment_.max_requests > 0 || result_[Metric::oom_kills].mean > 0.0;
    if (path.starts_with("caches.")) return suffers_from_cold_caches();
    if (path == "loop_cpu") return runtime_ == event_loop_runtime.name;
    if (path == "interpreter_call") return runtime_ == subinterpreters_runtime.name;
    return path.starts_with("memory.");
  }

 private:
  bool uses_kernel(std::string_view path) const {
    const bool releases = path.ends_with(".releases");
    if (releases && runtime_ != gil_threads_runtime.name) return false;
    const bool unshares = path.ends_with(".memory.never_unshared") || path.ends_with(".memory.decay_requests");
    if (unshares && !deployment_.preload) return false;
    const Service& service = scenario_.service;
    if (service.mix.empty()) return service.kernel.empty() || path.starts_with("kernels." + service.kernel + ".");
    return std::any_of(service.mix.begin(), service.mix.end(),
                       [&](const MixEntry& entry) { return path.starts_with("kernels." + entry.kernel + "."); });
  }

  // What a kernel says itself replaces what the profile says of all of them.
  template <class Number>
  bool some_kernel_lacks(Number KernelMemory::*own) const {
    return std::any_of(profile_.kernels.begin(), profile_.kernels.end(), [&](const Kernel& kernel) {
      return !(kernel.memory.*own) && uses_kernel("kernels." + kernel.name + ".");
    });
  }

  // Shorter holders let go before anybody can force them to.
  bool holds_for_an_interval() const {
    const auto long_holder = [&](const Phase& phase) {
      return phase.kind == PhaseKind::lock && Sampler(phase.time).mean() > 0.5 * profile_.lock.switch_interval.value;
    };
    return std::any_of(profile_.kernels.begin(), profile_.kernels.end(), [&](const Kernel& kernel) {
      return std::any_of(kernel.phases.begin(), kernel.phases.end(), long_holder);
    });
  }

  bool suffers_from_cold_caches() const {
    return std::any_of(profile_.kernels.begin(), profile_.kernels.end(), [&](const Kernel& kernel) {
      return kernel.cold_factor.value > 0.0 && uses_kernel("kernels." + kernel.name + ".");
    });
  }

  const Scenario& scenario_;
  const DeploymentResult& result_;
  const Profile& profile_;
  const Deployment& deployment_;
  const ServerInfo& server_;
  std::string_view runtime_;
};

// An assumed zero cost, or a factor of one: what the number stands for is left out of the model.
template <class T>
bool is_left_out(const Measured<T>& number, std::string_view path) {
  const double neutral = path == "threads.single_thread_cost" ? 1.0 : 0.0;
  return number.basis == Basis::assumed && !number.is_range() && number.value == T{neutral};
}

void note_interpreter(const Deployment& deployment, const Profile& profile, DeploymentResult& result) {
  if (!deployment.force_lock) return;
  const std::string_view state = profile.lock.present ? "has an interpreter lock anyway"
                                                      : "is free-threaded, but an extension switched the lock back on";
  result.warnings.push_back(fmt::format("the interpreter {}: its threads take turns", state));
}

}  // namespace

void state_basis(const Scenario& scenario, DeploymentResult& result) {
  const Deployment& deployment = result.deployment;
  const Profile& profile = scenario.profiles.at(deployment.profile);
  const Usage usage(scenario, result, profile);
  for_each_number(profile, [&](std::string_view path, const auto& number) {
    if (number.basis == Basis::measured || !usage.uses(path) || is_left_out(number, path)) return;
    result.basis = std::max(result.basis, number.basis);
    const std::string source = number.source.empty() ? std::string() : ": " + number.source;
    result.assumptions.push_back(fmt::format("{} is {}{}", path, word(number.basis), source));
  });
  const Count most = deployment.processes * std::max(deployment.threads, deployment.carriers);
  const bool measured_host = !profile.provenance.machine.empty();
  if (measured_host && std::min(most, scenario.node.cores) > profile.host.cores) {
    result.basis = std::max(result.basis, Basis::extrapolated);
    result.assumptions.push_back(fmt::format("the profile was measured on {} cores, the node has {}",
                                             profile.host.cores, scenario.node.cores));
  }
  note_interpreter(deployment, profile, result);
}

}  // namespace models
