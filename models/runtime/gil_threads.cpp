// SPDX-License-Identifier: MIT
#include "models/runtime/registry.hpp"
#include "models/runtime/thread_pool.hpp"

namespace models {
namespace {

class GilThreads final : public ThreadPool {
 public:
  GilThreads(ProcessContext& context, std::uint64_t number) : ThreadPool(context, number, Locks::shared) { start(); }
};

}  // namespace

const RuntimeInfo gil_threads_runtime{
    "gil_threads",
    "Threads that share one interpreter lock: waits overlap, `lock` phases take turns. With a core to spare each "
    "release of the lock may hand it to another thread, which costs CPU and lock time.",
    [](ProcessContext& context, std::uint64_t number) -> std::unique_ptr<WorkerProcess> {
      return std::make_unique<GilThreads>(context, number);
    }};

}  // namespace models
