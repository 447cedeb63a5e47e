// SPDX-License-Identifier: MIT
// M:N scheduling: a light task per request, carried by k OS threads. A task gives its carrier back while it waits.
// Ready tasks get a carrier first come first served and keep it until they wait or end; preemption between tasks
// (Go: 10 ms) is not modelled.
#include "models/runtime/registry.hpp"
#include "models/runtime/worker_process.hpp"

namespace models {
namespace {

class MnTasks final : public WorkerProcess {
 public:
  MnTasks(ProcessContext& context, std::uint64_t number)
      : WorkerProcess(context, number), carriers_(context.simulation, static_cast<std::size_t>(context.deployment.carriers)) {}
  ~MnTasks() override { stop(); }

  bool is_idle() const override { return carriers_.in_use() < carriers_.tokens(); }
  double workers() const override { return static_cast<double>(carriers_.tokens()); }

 private:
  void on_delivery(Request& request) override { request.carrier = run(request); }

  sim::Process run(Request& request) {
    sim::Job job(context_.cpu, context_.group);
    Duration overhead = accept_cpu(request);
    co_await carriers_.acquire();
    take_up(request);
    carriers_.release();
    const std::vector<CompiledPhase>& phases = request.kernel->phases;
    for (std::size_t i = 0; i < phases.size(); ++i) {
      const CompiledPhase& phase = phases[i];
      context_.memory.allocate(memory(), phase.memory);
      if (phase.kind == PhaseKind::wait) {
        co_await wait_downstream(request, phase, request.demand[i], 0);
      } else {
        co_await compute(request, job, request.demand[i] + overhead);
        overhead = {};
      }
      context_.memory.free(memory(), phase.memory);
    }
    if (overhead > Duration{}) co_await compute(request, job, overhead);
    finish(request);
  }

  sim::Task compute(const Request& request, sim::Job& job, Duration work) {
    co_await carriers_.acquire();
    const Token token(carriers_);
    worker_busy();
    co_await job.use(computing(request, work) * context_.profile.threads.single_thread_cost.value.value);
    computed(request);
    worker_free();
  }

  sim::Pool carriers_;
};

}  // namespace

const RuntimeInfo mn_tasks_runtime{
    "mn_tasks",
    "A light task per request on k carrier threads per process (goroutines, virtual threads, tokio): waits cost no "
    "thread, computing runs on at most k cores.",
    [](ProcessContext& context, std::uint64_t number) -> std::unique_ptr<WorkerProcess> {
      return std::make_unique<MnTasks>(context, number);
    },
    true};

}  // namespace models
