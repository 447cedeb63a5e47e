// SPDX-License-Identifier: MIT
// What every concurrency model with one OS thread per request in service has in common: T workers that take requests
// from a queue (the process's own, or the shared listen queue), a poller thread where the server has one, and the
// walk through a kernel's phases. The models differ in the lock of a thread and in what a thread's CPU costs.
#pragma once

#include <deque>
#include <vector>

#include "models/runtime/gil.hpp"
#include "models/runtime/worker_process.hpp"

namespace models {

class ThreadPool : public WorkerProcess {
 public:
  enum class Locks { none, shared, one_per_thread };

  ThreadPool(ProcessContext& context, std::uint64_t number, Locks locks);
  ~ThreadPool() override { stop(); }

  bool is_idle() const override;
  double workers() const override { return static_cast<double>(threads_); }
  Duration lock_held() const override;
  std::uint64_t handovers() const override;
  void reset_statistics() override;

 protected:
  // Starts the workers; a derived constructor calls it last.
  void start();

  // By how much CPU time grows with `computing` threads of the process at work; asked only where `contends_`.
  virtual double contention(std::size_t /*computing*/) const { return 1.0; }
  // Time for which a request finds no core although one is free; asked only where `starves_`.
  virtual Duration starvation(std::size_t /*runnable*/) { return {}; }

  Duration call_overhead_;  // CPU time per request beside the kernel's
  bool contends_ = false;
  bool starves_ = false;

 private:
  // A burst that nobody interrupts.
  class Burst : public sim::Job::Use {
   public:
    using sim::Job::Use::Use;
    void await_resume() { sim::Job::Use::await_resume(); }
  };

  sim::Process work(std::size_t index);
  sim::Process poll();
  sim::Task starve(Duration delay);
  sim::Task compute(sim::Job& job, Gil* lock, Duration work, double releases, Duration& waited);
  Gil* lock_of(std::size_t thread);
  Duration inflated(Duration work, std::size_t computing) const {
    if (contends_) [[unlikely]]
      return work * (single_thread_cost_ * contention(computing));
    return work * single_thread_cost_;
  }
  [[gnu::always_inline]] inline Duration begin(Request& request, bool woken);
  [[gnu::always_inline]] inline Duration begin_burst(const Request& request, Duration work);
  [[gnu::always_inline]] inline Burst burst(sim::Job& job, const Request& request, const Duration& demand,
                                            const Duration& overhead);
  void end_burst(const Request& request);

  std::size_t threads_;
  std::deque<Gil> locks_;
  bool shares_queue_;               // with the container's other processes
  bool polls_;                      // the server has a poller
  sim::Queue<Request*> ready_;      // accepted, for the workers
  sim::Queue<Request*>& queue_;     // that the workers take from
  sim::Queue<Request*> readable_;   // for the poller
  sim::Job poller_job_;
  double single_thread_cost_;
  std::size_t computing_ = 0;
};

}  // namespace models
