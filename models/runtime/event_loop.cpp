// SPDX-License-Identifier: MIT
// One thread per process runs everything that computes, first come first served; it is never interrupted by another
// request. Awaitable waits overlap without limit. A blocking wait takes one of the executor's threads, or stops the
// loop when the deployment says so.
#include <algorithm>

#include "models/runtime/loop_sleep.hpp"
#include "models/runtime/registry.hpp"
#include "models/runtime/worker_process.hpp"

namespace models {
namespace {

class EventLoop final : public WorkerProcess {
 public:
  EventLoop(ProcessContext& context, std::uint64_t number)
      : WorkerProcess(context, number),
        loop_(context.simulation, 1),
        sleep_(context.simulation),
        executor_(context.simulation, static_cast<std::size_t>(context.deployment.executor_threads)),
        executor_busy_(0.0, context.simulation.now()),
        job_(context.cpu, context.group) {}
  ~EventLoop() override { stop(); }

  bool is_idle() const override { return loop_.in_use() == 0; }
  double workers() const override { return 1.0; }
  // One worker: whichever of loop and executor is used more, because that one is what requests wait for.
  double mean_busy_workers() const override {
    const double executor = executor_busy_.mean(context_.simulation.now()) / static_cast<double>(executor_.tokens());
    return std::max(WorkerProcess::mean_busy_workers(), executor);
  }
  void reset_statistics() override {
    WorkerProcess::reset_statistics();
    executor_busy_.reset(context_.simulation.now());
  }

 private:
  void on_delivery(Request& request) override { request.carrier = handle(request); }

  sim::Process handle(Request& request) {
    Duration overhead = context_.profile.loop_cpu.value + accept_cpu(request);
    co_await loop_.acquire();
    take_up(request);
    sleep_.end();
    loop_.release();
    sleep_.begin();
    const std::vector<CompiledPhase>& phases = request.kernel->phases;
    for (std::size_t i = 0; i < phases.size(); ++i) {
      const CompiledPhase& phase = phases[i];
      context_.memory.allocate(memory(), phase.memory);
      if (phase.kind != PhaseKind::wait) {
        co_await compute(request, request.demand[i] + overhead);
        overhead = {};
      } else if (phase.awaitable) {
        co_await wait_downstream(request, phase, request.demand[i], 0);
        if (is_idle()) co_await sleep_.notice(context_.simulation.now() - request.demand[i], phase.timer_resolution);
        wakes_loop();
      } else {
        co_await block(request, phase, request.demand[i]);
      }
      context_.memory.free(memory(), phase.memory);
    }
    if (overhead > Duration{}) co_await compute(request, overhead);
    finish(request);
  }

  // A wait that needs a thread: one of the executor's, or the loop's own.
  sim::Task block(Request& request, const CompiledPhase& phase, Duration time) {
    const bool on_loop = context_.deployment.blocking_waits == BlockingWaits::loop;
    sim::Pool& held = on_loop ? loop_ : executor_;
    const TimePoint asked = context_.simulation.now();
    co_await held.acquire();
    const Token token(held);
    request.worker_wait += context_.simulation.now() - asked;
    if (on_loop) {
      sleep_.end();
      worker_busy();
      co_await wait_downstream(request, phase, time, 0);
      worker_free();
      sleep_.begin();
    } else {
      executor_busy_.add(context_.simulation.now(), 1.0);
      co_await wait_downstream(request, phase, time, 0);
      executor_busy_.add(context_.simulation.now(), -1.0);
      wakes_loop();
    }
  }

  sim::Task compute(const Request& request, Duration work) {
    co_await loop_.acquire();
    const Token token(loop_);
    sleep_.end();
    worker_busy();
    co_await job_.use(computing(request, work) * context_.profile.threads.single_thread_cost.value.value);
    computed(request);
    worker_free();
    sleep_.begin();
  }

  // Something has ended that a sleeping loop waits for; unless it computes then, it goes back to sleep.
  void wakes_loop() {
    if (!is_idle()) return;
    sleep_.end();
    sleep_.begin();
  }

  sim::Pool loop_;
  LoopSleep sleep_;
  sim::Pool executor_;
  sim::TimeMean executor_busy_;
  sim::Job job_;
};

}  // namespace

const RuntimeInfo event_loop_runtime{
    "event_loop",
    "One thread per process: computing blocks the loop, awaitable waits overlap freely, blocking ones take an executor "
    "thread or block the loop.",
    [](ProcessContext& context, std::uint64_t number) -> std::unique_ptr<WorkerProcess> {
      return std::make_unique<EventLoop>(context, number);
    },
    true};

}  // namespace models
