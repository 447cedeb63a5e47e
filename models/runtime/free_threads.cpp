// SPDX-License-Identifier: MIT
// Threads without an interpreter lock. CPU per request grows by the Universal Scalability Law with the k threads of the
// process that are on a core at the same time: 1 + contention (k - 1) + coherency k (k - 1) (N. Gunther). Of n threads
// that compute among r runnable ones on c cores, k = n min(1, c / r).
// Starvation: each runnable thread of a process beyond the node's cores adds a measured share of requests that find no
// core for an exponential time. The cause is not known; what is modelled is the tail that was measured.
#include <algorithm>

#include "models/runtime/registry.hpp"
#include "models/runtime/thread_pool.hpp"

namespace models {
namespace {

class FreeThreads final : public ThreadPool {
 public:
  FreeThreads(ProcessContext& context, std::uint64_t number)
      : ThreadPool(context, number, Locks::none),
        cores_(static_cast<std::size_t>(context.node_cores)),
        chance_(context.seed, context.replication, "starvation", number) {
    const ThreadCosts& costs = context.profile.threads;
    contends_ = costs.contention.value != 0.0 || costs.coherency.value != 0.0;
    starves_ = costs.starvation.value.value != 0.0;
    start();
  }
  ~FreeThreads() override { stop(); }

 private:
  double contention(std::size_t computing) const override {
    const ThreadCosts& costs = context_.profile.threads;
    const auto runnable = static_cast<double>(context_.cpu.runnable() + 1);
    const double k = std::max(1.0, static_cast<double>(computing) * std::min(1.0, static_cast<double>(cores_) / runnable));
    return 1.0 + costs.contention.value * (k - 1.0) + costs.coherency.value * k * (k - 1.0);
  }

  Duration starvation(std::size_t runnable) override {
    const ThreadCosts& costs = context_.profile.threads;
    if (runnable <= cores_) return {};
    const auto excess = static_cast<double>(runnable - cores_);
    if (chance_.uniform() >= excess * costs.starvation.value.value) return {};
    return costs.starvation_delay.value * chance_.exponential();
  }

  std::size_t cores_;
  sim::Stream chance_;
};

}  // namespace

const RuntimeInfo free_threads_runtime{
    "free_threads",
    "Threads without an interpreter lock: one process computes on all cores. CPU per request is that of this build "
    "times a contention curve; memory is shared.",
    [](ProcessContext& context, std::uint64_t number) -> std::unique_ptr<WorkerProcess> {
      return std::make_unique<FreeThreads>(context, number);
    }};

}  // namespace models
