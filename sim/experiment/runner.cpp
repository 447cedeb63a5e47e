// SPDX-License-Identifier: MIT
#include "sim/experiment/runner.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <utility>

#include "sim/experiment/thread_sanitizer.hpp"

namespace sim {
namespace {

class Runner {
 public:
  Runner(std::span<const Trial> trials, const RunOptions& options)
      : trials_(trials), options_(options), progress_(trials.size()) {}

  std::vector<TrialResult> run() {
    if (options_.jobs == threads_of_the_loop) {
      // Whoever waits for replications takes none of another run, nor an index of the loop.
      oneapi::tbb::this_task_arena::isolate([this] { replicate_all(); });
    } else {
      run_in_own_arena();
    }
    const std::scoped_lock lock(mutex_);
    std::vector<TrialResult> results;
    results.reserve(trials_.size());
    for (std::size_t trial = 0; trial < trials_.size(); ++trial) results.push_back(result(trial));
    return results;
  }

 private:
  void run_in_own_arena() {
    const int jobs = options_.jobs > 0 ? options_.jobs : oneapi::tbb::info::default_concurrency();
    const auto threads = static_cast<std::size_t>(std::max(jobs, oneapi::tbb::info::default_concurrency()));
    // Without it an arena never gets more threads than there are cores.
    const oneapi::tbb::global_control allowed(oneapi::tbb::global_control::max_allowed_parallelism, threads);
    oneapi::tbb::task_arena arena(jobs);
    arena.execute([this] { replicate_all(); });
  }

  void replicate_all() {
    {
      const std::scoped_lock lock(mutex_);
      for (std::size_t trial = 0; trial < trials_.size(); ++trial) start_batch(trial);
    }
    group_.wait();
  }

  struct Progress {
    std::vector<std::vector<double>> observations;
    std::vector<bool> complete;
    std::size_t done = 0;
    std::size_t expected = 0;
    bool satisfied = false;
  };
  struct Replication {
    std::size_t trial;
    std::size_t index;
  };

  // One task for each replication, but which one a task takes is decided when it starts: the oldest. So
  // trials advance side by side and an interruption leaves long prefixes, whatever order the tasks run in.
  void start_batch(std::size_t trial) {
    Progress& progress = progress_[trial];
    const std::size_t first = progress.observations.size();
    const std::size_t end = trials_[trial].stopping.next_decision(first);
    progress.observations.resize(end);
    progress.complete.resize(end, false);
    progress.expected = std::max(progress.expected, end);
    progress.satisfied = end == first;
    for (std::size_t index = first; index < end; ++index) {
      waiting_.push_back({trial, index});
    }
    tell_started(this);
    for (std::size_t index = first; index < end; ++index) {
      group_.run([this]() SIM_UNWATCHED {
        tell_running(this);
        replicate_next();
      });
    }
  }

  void replicate_next() {
    if (stop_.load()) return;
    if (options_.stop_requested && options_.stop_requested()) {
      stop_.store(true);
      return;
    }
    const Replication next = take_oldest();
    std::vector<double> observation = trials_[next.trial].replicate(next.index);
    if (observation.empty()) {
      stop_.store(true);
      return;
    }
    const std::scoped_lock lock(mutex_);
    store(next, std::move(observation));
  }

  Replication take_oldest() {
    const std::scoped_lock lock(mutex_);
    const Replication oldest = waiting_.front();
    waiting_.pop_front();
    return oldest;
  }

  void store(const Replication& replication, std::vector<double> observation) {
    Progress& progress = progress_[replication.trial];
    progress.observations[replication.index] = std::move(observation);
    progress.complete[replication.index] = true;
    ++progress.done;
    if (progress.done == progress.observations.size()) {
      const StoppingRule& rule = trials_[replication.trial].stopping;
      progress.expected = std::max(progress.done, rule.expected(progress.observations));
      progress.satisfied = rule.satisfied(progress.observations);
      if (progress.satisfied) {
        progress.expected = progress.done;
      } else {
        start_batch(replication.trial);
      }
    }
    if (options_.on_replication) {
      options_.on_replication(replication.trial, progress.done, progress.expected);
    }
  }

  TrialResult result(std::size_t trial) {
    Progress& progress = progress_[trial];
    const auto gap = std::find(progress.complete.begin(), progress.complete.end(), false);
    progress.observations.resize(static_cast<std::size_t>(gap - progress.complete.begin()));
    const bool precise = progress.satisfied && trials_[trial].stopping.precise(progress.observations);
    return {std::move(progress.observations), precise, !progress.satisfied};
  }

  std::span<const Trial> trials_;
  const RunOptions& options_;
  std::mutex mutex_;  // guards progress_, waiting_ and the callback
  std::vector<Progress> progress_;
  std::deque<Replication> waiting_;
  std::atomic<bool> stop_ = false;
  oneapi::tbb::task_group group_;
};

}  // namespace

std::vector<TrialResult> run(std::span<const Trial> trials, const RunOptions& options) {
  return Runner(trials, options).run();
}

}  // namespace sim
