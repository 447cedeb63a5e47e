// SPDX-License-Identifier: MIT
#include "models/runtime/gil.hpp"

#include <algorithm>
#include <coroutine>
#include <optional>
#include <utility>

namespace models {

// Waits for the lock and computes the first burst under it, in one suspension. The result is how far the phase is then.
class Gil::Turn {
 public:
  Turn(Gil& lock, const Burst& phase, Duration& waited)
      : lock_(lock), phase_(phase), waited_(waited), asked_(lock.simulation_.now()) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (waiting_) std::erase(lock_.waiters_, this);
    if (lock_.asleep_ == this) lock_.asleep_ = nullptr;
  }

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    if (!lock_.held_) {
      lock_.take(*phase_.job, {});
      compute({});
      return;
    }
    waiting_ = true;
    lock_.waiters_.push_back(this);
    lock_.watch_holder();
  }
  Duration await_resume() { return lock_.end(use_->await_resume()); }

  const sim::Job& job() const { return *phase_.job; }
  void granted() {
    waiting_ = false;
    waited_ += lock_.simulation_.now() - asked_;
  }
  void compute(Duration handover) {
    use_.emplace(*phase_.job, lock_.begin(phase_, handover));
    use_->await_suspend(handle_);
  }

 private:
  Gil& lock_;
  const Burst& phase_;
  Duration& waited_;
  TimePoint asked_;
  std::coroutine_handle<> handle_;
  bool waiting_ = false;
  std::optional<sim::Job::Use> use_;
};

Duration Gil::Burst::next_release(Duration attained) const {
  constexpr double rounding = 1e-9;
  const auto passed = static_cast<std::int64_t>(attained / segment + rounding);
  const Duration release = (static_cast<double>(passed) + 1.0) * segment;
  return release < (1.0 - rounding) * work ? release : work;
}

Gil::Gil(sim::Simulation& simulation, sim::SharedServer& cpu, sim::GroupId group,
                                 const LockCosts& costs, sim::Stream choice)
    : simulation_(simulation),
      cpu_(cpu),
      group_(group),
      costs_(costs),
      handover_cpu_(std::min(costs.handover_cpu, costs.handover_lock)),
      choice_(choice),
      force_timer_(simulation, [](void* lock) { static_cast<Gil*>(lock)->force_switch(); }, this),
      grant_timer_(simulation, [](void* lock) { static_cast<Gil*>(lock)->grant_if_still_free(); }, this),
      handover_timer_(simulation, [](void* lock) { static_cast<Gil*>(lock)->wake_up(); }, this),
      core_watch_(cpu, group, [](void* lock) { static_cast<Gil*>(lock)->stop_at_release(); }, this) {}

sim::Task Gil::run(sim::Job& job, Duration work, double releases, Duration& waited) {
  if (work <= Duration{}) co_return;
  Burst phase;
  phase.job = &job;
  phase.work = work;
  phase.segment = work / (releases + 1.0);
  while (phase.done < work) {
    phase.done = co_await Turn(*this, phase, waited);
    bool forced = false;
    for (;;) {
      forced = drop_requested_ && !waiters_.empty();
      drop_requested_ = false;
      const bool passes = forced || (!waiters_.empty() && core_free_for_waiter());
      if (passes || phase.done >= work) break;
      phase.done = end(co_await job.use(begin(phase, {})));
    }

    let_go();
    if (waiters_.empty()) continue;
    const bool may_keep_core = !forced && phase.done >= work && !core_free_for_waiter();
    if (may_keep_core) {
      grant_timer_.schedule(simulation_.now());
    } else if (pass_on() && costs_.handover_cpu > handover_cpu_) {
      co_await job.use(costs_.handover_cpu - handover_cpu_);
    }
  }
}

void Gil::take(const sim::Job& job, Duration handover) {
  held_ = true;
  held_since_ = simulation_.now();
  if (last_holder_ == &job) return;
  last_holder_ = &job;
  computes_since_ = held_since_ + handover;
  if (waiters_.empty()) {
    force_timer_.cancel();
  } else {
    force_timer_.schedule(computes_since_ + costs_.switch_interval);
  }
}

// Returns the CPU time of the burst that the holder, whose job does not run, starts now.
Duration Gil::begin(const Burst& phase, Duration handover) {
  burst_ = phase;
  burst_.target = phase.work;
  burst_.handover = handover;
  burst_.started = simulation_.now();
  burst_.stops = !waiters_.empty() && core_free_for_waiter();
  if (burst_.stops) {
    burst_.target = phase.next_release(phase.done);
  } else if (!waiters_.empty()) {
    await_core();
  }
  return handover + (burst_.target - phase.done);
}

Duration Gil::end(Duration left) {
  const Duration done = left > Duration{} ? burst_.target - left : burst_.target;
  if (burst_.handover > Duration{}) {
    computes_since_ = burst_.handed_over(simulation_.now(), burst_.handover + (done - burst_.done));
  }
  burst_.job = nullptr;
  return done;
}

void Gil::let_go() {
  held_ = false;
  held_before_ += simulation_.now() - held_since_;
}

// Returns whether the lock went to a thread on another core.
bool Gil::pass_on() {
  const std::size_t chosen = choice_.below(waiters_.size());
  Turn& turn = *waiters_[chosen];
  waiters_[chosen] = waiters_.back();
  waiters_.pop_back();
  turn.granted();
  if (!core_free_for_waiter()) {
    take(turn.job(), {});
    turn.compute({});
    return false;
  }
  ++handovers_;
  take(turn.job(), costs_.handover_lock);
  if (costs_.handover_lock > handover_cpu_) {
    asleep_ = &turn;
    handover_timer_.schedule(simulation_.now() + (costs_.handover_lock - handover_cpu_));
  } else {
    turn.compute(handover_cpu_);
  }
  return true;
}

void Gil::wake_up() {
  if (asleep_ != nullptr) std::exchange(asleep_, nullptr)->compute(handover_cpu_);
}

// A burst that ends at this very time has left its core already, though its thread does not know yet.
bool Gil::computes() const { return burst_.job != nullptr && burst_.job->running(); }

// Somebody has begun to wait.
void Gil::watch_holder() {
  if (waiters_.size() == 1) force_timer_.schedule(simulation_.now() + costs_.switch_interval);
  if (!burst_.stops) watch_cores();
}

[[gnu::noinline]] void Gil::watch_cores() {
  if (cpu_.has_free_core(group_)) {
    stop_at_release();
  } else {
    core_watch_.arm();
  }
}

[[gnu::noinline]] void Gil::await_core() { core_watch_.arm(); }

// There is a core for a waiter: the lock may pass on at the next release.
void Gil::stop_at_release() {
  if (burst_.stops || waiters_.empty() || drop_requested_ || !computes()) return;
  burst_.stops = true;
  const Duration release = burst_.next_release(burst_.attained(burst_.job->attained()));
  if (release < burst_.work) burst_.job->interrupt_at(burst_.handover + (release - burst_.done));
}

// When the present holder has computed for an interval; while it is handed the lock, not before.
TimePoint Gil::interval_over() const {
  const TimePoint now = simulation_.now();
  if (asleep_ != nullptr) return now + costs_.switch_interval;
  if (!computes() || burst_.handover == Duration{}) return computes_since_ + costs_.switch_interval;
  const Duration attained = burst_.job->attained();
  if (attained < burst_.handover) return now + (burst_.handover - attained) + costs_.switch_interval;
  return burst_.handed_over(now, attained) + costs_.switch_interval;
}

void Gil::force_switch() {
  if (waiters_.empty()) return;
  if (!held_) {
    pass_on();
    return;
  }
  constexpr double rounding = 1e-9;
  if (const TimePoint due = interval_over(); due > simulation_.now() + rounding * costs_.switch_interval) {
    force_timer_.schedule(due);
    return;
  }
  drop_requested_ = true;
  if (computes()) burst_.job->interrupt_at(burst_.job->attained());
}

void Gil::grant_if_still_free() {
  if (!held_ && !waiters_.empty()) pass_on();
}

Duration Gil::held() const {
  return held_ ? held_before_ + (simulation_.now() - held_since_) : held_before_;
}

void Gil::reset_statistics() {
  held_before_ = {};
  if (held_) held_since_ = simulation_.now();
  handovers_ = 0;
}

}  // namespace models
