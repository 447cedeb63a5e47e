// SPDX-License-Identifier: MIT
// One thread per process runs everything that computes, first come first served; it is never interrupted by another
// request. Awaitable waits overlap without limit. A blocking wait takes one of the executor's threads, or stops the
// loop when the deployment says so.
#include "models/runtime/registry.hpp"
#include "models/runtime/worker_process.hpp"

namespace models {
namespace {

class EventLoop final : public WorkerProcess {
 public:
  EventLoop(ProcessContext& context, std::uint64_t number)
      : WorkerProcess(context, number),
        loop_(context.simulation, 1),
        executor_(context.simulation, static_cast<std::size_t>(context.deployment.executor_threads)),
        job_(context.cpu, context.group) {}
  ~EventLoop() override { stop(); }

  bool is_idle() const override { return loop_.in_use() == 0; }
  double workers() const override { return 1.0; }

 private:
  void on_delivery(Request& request) override { request.carrier = handle(request); }

  sim::Process handle(Request& request) {
    Duration overhead = context_.profile.loop_cpu.value + accept_cpu(request);
    co_await loop_.acquire();
    take_up(request);
    loop_.release();
    const std::vector<CompiledPhase>& phases = request.kernel->phases;
    for (std::size_t i = 0; i < phases.size(); ++i) {
      const CompiledPhase& phase = phases[i];
      context_.memory.allocate(memory(), phase.memory);
      if (phase.kind != PhaseKind::wait) {
        co_await compute(request.demand[i] + overhead);
        overhead = {};
      } else if (phase.awaitable) {
        co_await wait_downstream(request, phase, request.demand[i], 0);
      } else {
        sim::Pool& held = context_.deployment.blocking_waits == BlockingWaits::executor ? executor_ : loop_;
        co_await held.acquire();
        const Token token(held);
        co_await wait_downstream(request, phase, request.demand[i], 0);
      }
      context_.memory.free(memory(), phase.memory);
    }
    if (overhead > Duration{}) co_await compute(overhead);
    finish(request);
  }

  sim::Task compute(Duration work) {
    co_await loop_.acquire();
    const Token token(loop_);
    worker_busy();
    co_await job_.use(work * context_.profile.threads.single_thread_cost.value.value);
    worker_free();
  }

  sim::Pool loop_;
  sim::Pool executor_;
  sim::Job job_;
};

}  // namespace

const RuntimeInfo event_loop_runtime{
    "event_loop",
    "One thread per process: computing blocks the loop, awaitable waits overlap freely, blocking ones take an executor "
    "thread or block the loop.",
    [](ProcessContext& context, std::uint64_t number) -> std::unique_ptr<WorkerProcess> {
      return std::make_unique<EventLoop>(context, number);
    }};

}  // namespace models
