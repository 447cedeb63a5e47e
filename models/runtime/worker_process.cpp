// SPDX-License-Identifier: MIT
#include "models/runtime/worker_process.hpp"

#include <algorithm>

namespace models {

WorkerProcess::WorkerProcess(ProcessContext& context, std::uint64_t number)
    : context_(context),
      number_(number),
      memory_(context.memory.add_process()),
      wakeup_job_(context.cpu, context.group),
      busy_(0.0, context.simulation.now()),
      warms_caches_(std::any_of(context.profile.kernels.begin(), context.profile.kernels.end(),
                                [](const Kernel& kernel) { return kernel.cold_factor.value > 0.0; })) {
  const Deployment& deployment = context.deployment;
  if (deployment.max_requests > 0) {
    sim::Stream jitter(context.seed, context.replication, "max_requests_jitter", number);
    requests_left_ = deployment.max_requests +
                     static_cast<Count>(jitter.below(static_cast<std::uint64_t>(deployment.max_requests_jitter) + 1));
  }
}

WorkerProcess::~WorkerProcess() {
  stop();
  context_.memory.remove_process(memory_);
}

void WorkerProcess::stop() {
  for (const Request* request : in_flight_) {
    if (request->carrier) request->carrier->kill();
  }
  for (const sim::Process& coroutine : coroutines_) coroutine.kill();
  if (wakeup_) wakeup_->kill();
  coroutines_.clear();
}

[[gnu::noinline]] void WorkerProcess::retire() {
  retiring_ = true;
  context_.owner.retires(*this);
}

void WorkerProcess::wake_in_vain() {
  if (!wakeup_job_.running()) wakeup_ = burn_wakeup();
}

sim::Process WorkerProcess::burn_wakeup() {
  co_await wakeup_job_.use(context_.profile.accept.wakeup_cpu.value);
}

Duration WorkerProcess::on_caches(Duration work, double cold_factor) {
  return context_.caches.begin(context_.simulation.now(), context_.cpu.throttled_time(context_.group), work, cold_factor);
}

void WorkerProcess::off_caches() {
  context_.caches.end(context_.simulation.now(), context_.cpu.throttled_time(context_.group));
}

sim::Task WorkerProcess::wait_downstream(Request& request, const CompiledPhase& phase, Duration time,
                                         std::size_t thread) {
  if (phase.pool < 0) {
    co_await context_.simulation.sleep(time);
    co_return;
  }
  const DownstreamPool pool = context_.owner.pool(phase.pool, *this, thread);
  const TimePoint asked = context_.simulation.now();
  co_await pool.local->acquire();
  const Token local(*pool.local);
  std::optional<Token> service;
  if (pool.service != nullptr) {
    co_await pool.service->acquire();
    service.emplace(*pool.service);
  }
  request.pool_wait += context_.simulation.now() - asked;
  co_await context_.simulation.sleep(time);
}

}  // namespace models
