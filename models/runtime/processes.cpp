// SPDX-License-Identifier: MIT
#include "models/runtime/registry.hpp"
#include "models/runtime/thread_pool.hpp"

namespace models {
namespace {

class SingleThreadProcess final : public ThreadPool {
 public:
  SingleThreadProcess(ProcessContext& context, std::uint64_t number) : ThreadPool(context, number, Locks::none) {
    start();
  }
};

}  // namespace

const RuntimeInfo processes_runtime{
    "processes",
    "One request at a time per process. Nothing is shared, so nothing is contended: the price is memory, one "
    "interpreter and heap per process.",
    [](ProcessContext& context, std::uint64_t number) -> std::unique_ptr<WorkerProcess> {
      return std::make_unique<SingleThreadProcess>(context, number);
    }};

}  // namespace models
