// SPDX-License-Identifier: MIT
#include "models/runtime/registry.hpp"
#include "models/runtime/thread_pool.hpp"

namespace models {
namespace {

class Subinterpreters final : public ThreadPool {
 public:
  Subinterpreters(ProcessContext& context, std::uint64_t number)
      : ThreadPool(context, number, Locks::one_per_thread) {
    call_overhead_ = context.profile.interpreter_call.value;
    start();
  }
  ~Subinterpreters() override { stop(); }
};

}  // namespace

const RuntimeInfo subinterpreters_runtime{
    "subinterpreters",
    "Threads of one process, each with an interpreter and a lock of its own (PEP 684): they compute in parallel, and "
    "each request pays for being handed across.",
    [](ProcessContext& context, std::uint64_t number) -> std::unique_ptr<WorkerProcess> {
      return std::make_unique<Subinterpreters>(context, number);
    }};

}  // namespace models
