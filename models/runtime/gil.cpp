// SPDX-License-Identifier: MIT
#include "models/runtime/gil.hpp"

#include <algorithm>
#include <cmath>
#include <coroutine>

namespace models {

class Gil::Acquire {
 public:
  Acquire(Gil& lock, const sim::Job& job) : lock_(lock), job_(job) {}
  Acquire(const Acquire&) = delete;
  Acquire& operator=(const Acquire&) = delete;
  ~Acquire() {
    if (waiting_) std::erase(lock_.waiters_, this);
  }

  bool await_ready() {
    if (lock_.held_) return false;
    lock_.take(job_);
    return true;
  }

  void await_suspend(std::coroutine_handle<> handle) {
    handle_ = handle;
    waiting_ = true;
    lock_.waiters_.push_back(this);
    lock_.watch_holder();
  }

  Grant await_resume() const { return grant_; }

 private:
  friend class Gil;

  Gil& lock_;
  const sim::Job& job_;
  std::coroutine_handle<> handle_;
  bool waiting_ = false;
  Grant grant_ = Grant::taken;
};

Duration Gil::Burst::next_release(Duration attained) const {
  constexpr double rounding = 1e-9;
  const Duration release = (std::floor(attained / segment + rounding) + 1.0) * segment;
  return release < (1.0 - rounding) * work ? release : work;
}

Gil::Gil(sim::Simulation& simulation, sim::SharedServer& cpu, sim::GroupId group,
                                 const LockCosts& costs, sim::Stream choice)
    : simulation_(simulation),
      cpu_(cpu),
      group_(group),
      costs_(costs),
      choice_(choice),
      force_timer_(simulation, [](void* lock) { static_cast<Gil*>(lock)->force_switch(); }, this),
      grant_timer_(simulation, [](void* lock) { static_cast<Gil*>(lock)->grant_if_still_free(); }, this) {}

sim::Task Gil::run(sim::Job& job, Duration work, double releases, Duration& waited) {
  if (work <= Duration{}) co_return;
  Burst burst{&job, {}, work, work / (releases + 1.0)};
  const Duration handover_lock_cpu = std::min(costs_.handover_cpu, costs_.handover_lock);
  while (burst.done < work) {
    const TimePoint asked = simulation_.now();
    const Grant grant = co_await Acquire(*this, job);
    waited += simulation_.now() - asked;
    if (grant == Grant::handed_over) {
      co_await job.use(handover_lock_cpu);
      if (costs_.handover_lock > handover_lock_cpu) {
        co_await simulation_.sleep(costs_.handover_lock - handover_lock_cpu);
      }
      // Nobody computed meanwhile: the clock starts now, or an interval shorter than a hand-over would stop all work.
      drop_requested_ = false;
      if (!waiters_.empty()) force_timer_.schedule(simulation_.now() + costs_.switch_interval);
    }

    bool keeps = true;
    bool forced = false;
    while (keeps && burst.done < work) {
      if (!drop_requested_) {
        const Duration target = waiters_.empty() ? work : burst.next_release(burst.done);
        burst_ = burst;
        const Duration left = co_await job.use(target - burst.done);
        burst_.job = nullptr;
        burst.done = left > Duration{} ? target - left : target;
      }
      forced = drop_requested_ && !waiters_.empty();
      drop_requested_ = false;
      keeps = !forced && (waiters_.empty() || !core_free_for_waiter());
    }

    let_go();
    Grant passed = Grant::taken;
    if (!waiters_.empty()) {
      const bool may_keep_core = !forced && burst.done >= work && !core_free_for_waiter();
      if (may_keep_core) {
        grant_timer_.schedule(simulation_.now());
      } else {
        passed = pass_on();
      }
    }
    if (passed == Grant::handed_over && costs_.handover_cpu > handover_lock_cpu) {
      co_await job.use(costs_.handover_cpu - handover_lock_cpu);
    }
  }
}

// The leaving thread is still on its core in the system call that made it let go: a waiter needs one more.
bool Gil::core_free_for_waiter() const { return cpu_.free_cores(group_) >= 2; }

void Gil::take(const sim::Job& job) {
  held_ = true;
  held_since_ = simulation_.now();
  if (last_holder_ == &job) return;
  last_holder_ = &job;
  if (waiters_.empty()) {
    force_timer_.cancel();
  } else {
    force_timer_.schedule(simulation_.now() + costs_.switch_interval);
  }
}

void Gil::let_go() {
  held_ = false;
  held_before_ += simulation_.now() - held_since_;
}

Gil::Grant Gil::pass_on() {
  const std::size_t chosen = choice_.below(waiters_.size());
  Acquire& waiter = *waiters_[chosen];
  waiters_[chosen] = waiters_.back();
  waiters_.pop_back();
  waiter.waiting_ = false;
  waiter.grant_ = core_free_for_waiter() ? Grant::handed_over : Grant::switched;
  if (waiter.grant_ == Grant::handed_over) ++handovers_;
  take(waiter.job_);
  simulation_.wake(waiter.handle_);
  return waiter.grant_;
}

// A burst that ends at this very time has left its core already, though its thread does not know yet.
bool Gil::computes() const { return burst_.job != nullptr && burst_.job->running(); }

void Gil::watch_holder() {
  if (waiters_.size() == 1) force_timer_.schedule(simulation_.now() + costs_.switch_interval);
  if (!computes()) return;
  const Duration release = burst_.next_release(burst_.done + burst_.job->attained());
  if (release < burst_.work) burst_.job->interrupt_at(release - burst_.done);
}

void Gil::force_switch() {
  if (waiters_.empty()) return;
  if (!held_) {
    pass_on();
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
