// SPDX-License-Identifier: MIT
#include "models/runtime/thread_pool.hpp"

#include <algorithm>

namespace models {

ThreadPool::ThreadPool(ProcessContext& context, std::uint64_t number, Locks locks)
    : WorkerProcess(context, number),
      threads_(static_cast<std::size_t>(context.deployment.threads)),
      shares_queue_(context.server.accept == AcceptRule::when_idle),
      polls_(context.server.poller),
      ready_(context.simulation),
      queue_(shares_queue_ ? context.owner.listen_queue() : ready_),
      readable_(context.simulation),
      poller_job_(context.cpu, context.group),
      single_thread_cost_(context.profile.threads.single_thread_cost.value.value) {
  inbox_ = polls_ ? &readable_ : &ready_;
  const std::size_t lock_count = locks == Locks::none ? 0 : locks == Locks::shared ? 1 : threads_;
  const auto& costs = context.profile.lock;
  for (std::size_t i = 0; i < lock_count; ++i) {
    locks_.emplace_back(context.simulation, context.cpu, context.group,
                        LockCosts{costs.switch_interval.value, costs.handover_cpu.value, costs.handover_lock.value},
                        sim::Stream(context.seed, context.replication, "interpreter_lock", number * threads_ + i));
  }
}

void ThreadPool::start() {
  if (context_.server.accept == AcceptRule::eagerly && polls_) own(poll());
  for (std::size_t i = 0; i < threads_; ++i) own(work(i));
}

Gil* ThreadPool::lock_of(std::size_t thread) {
  if (locks_.empty()) return nullptr;
  return locks_.size() == 1 ? &locks_.front() : &locks_[thread];
}

bool ThreadPool::is_idle() const {
  const bool polls = context_.server.accept == AcceptRule::eagerly && polls_;
  return polls ? readable_.waiting() > 0 : busy_workers() < workers();
}

// One thread's CPU burst: plain, or under its interpreter's lock.
sim::Task ThreadPool::compute(sim::Job& job, Gil* lock, Duration work, double releases, Duration& waited) {
  if (lock != nullptr) {
    co_await lock->run(job, work, releases, waited);
  } else {
    co_await job.use(work);
  }
}

sim::Process ThreadPool::poll() {
  Duration waited;
  for (;;) {
    Request& request = *co_await readable_.take();
    const Duration work = context_.profile.accept.poller_cpu.value + accept_cpu(request);
    if (work > Duration{}) co_await compute(poller_job_, lock_of(0), inflated(work, 1), 0.0, waited);
    ready_.put(&request);
  }
}

// A starving thread waits for others to run: the clock stands still while the container is throttled.
sim::Task ThreadPool::starve(Duration delay) {
  while (delay > Duration{}) {
    const Duration throttled_before = context_.cpu.throttled_time(context_.group);
    co_await context_.simulation.sleep(delay);
    delay = context_.cpu.throttled_time(context_.group) - throttled_before;
  }
}

// Returns CPU time that goes with the next burst, so that it needs no event of its own.
Duration ThreadPool::begin(Request& request, bool woken) {
  if (shares_queue_) hold(request);
  worker_busy();
  take_up(request);
  if (!polls_ && request.opens_connection) return call_overhead_ + accept_cpu(request);
  if (polls_ && woken) return call_overhead_ + context_.profile.accept.handoff_cpu.value;
  return call_overhead_;
}

Duration ThreadPool::begin_burst(const Request& request, Duration work) {
  ++computing_;
  // Needed when the request ends: its rest, that which takes its place, and its client.
  __builtin_prefetch(&request.demand);
  __builtin_prefetch(in_flight().back());
  sim::prefetch(request.client.address());
  return inflated(computing(request, work), computing_);
}

// Takes references, lest the coroutine that awaits it keeps copies.
ThreadPool::Burst ThreadPool::burst(sim::Job& job, const Request& request, const Duration& demand,
                                    const Duration& overhead) {
  return Burst(job, begin_burst(request, demand + overhead));
}

void ThreadPool::end_burst(const Request& request) {
  computed(request);
  --computing_;
}

sim::Process ThreadPool::work(std::size_t index) {
  sim::Job job(context_.cpu, context_.group);
  while (!(shares_queue_ && retiring())) {
    const TimePoint free_since = context_.simulation.now();
    Request& request = *co_await queue_.take();
    Duration overhead = begin(request, context_.simulation.now() > free_since);
    if (starves_) {
      if (const Duration delay = starvation(computing_ + 1); delay > Duration{}) co_await starve(delay);
    }
    const CompiledPhase* const end = request.kernel->phases.data() + request.kernel->phases.size();
    const Duration* demand = request.demand.data();
    for (const CompiledPhase* phase = request.kernel->phases.data(); phase != end; ++phase, ++demand) {
      if (phase->holds_memory) context_.memory.allocate(memory(), phase->memory);
      if (phase->kind == PhaseKind::wait) {
        if (phase->pool < 0) {
          co_await context_.simulation.sleep(*demand);
        } else {
          co_await wait_downstream(request, *phase, *demand, index);
        }
      } else {
        if (phase->kind == PhaseKind::lock && !locks_.empty()) {
          const Duration work = begin_burst(request, *demand + overhead);
          co_await lock_of(index)->run(job, work, phase->releases, request.lock_wait);
        } else {
          co_await burst(job, request, *demand, overhead);
        }
        overhead = {};
        end_burst(request);
      }
      if (phase->holds_memory) context_.memory.free(memory(), phase->memory);
    }
    if (overhead > Duration{}) co_await compute(job, lock_of(index), inflated(overhead, 1), 0.0, request.lock_wait);
    worker_free();
    finish(request);
  }
}

Duration ThreadPool::lock_held() const {
  Duration longest;
  for (const Gil& lock : locks_) longest = std::max(longest, lock.held());
  return longest;
}

std::uint64_t ThreadPool::handovers() const {
  std::uint64_t sum = 0;
  for (const Gil& lock : locks_) sum += lock.handovers();
  return sum;
}

void ThreadPool::reset_statistics() {
  WorkerProcess::reset_statistics();
  for (Gil& lock : locks_) lock.reset_statistics();
}

}  // namespace models
