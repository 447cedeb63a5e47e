// SPDX-License-Identifier: MIT
// The models in forkcast, as a program (run_model.hpp).
#include <algorithm>
#include <cstdint>
#include <limits>

#include "tests/bench/forkcast_container.hpp"
#include "tests/bench/forkcast_models.hpp"
#include "tests/bench/run_model.hpp"

namespace {

using bench::Outcome;
using bench::Run;

Outcome simulate(const models::TrialParameters& trial, double length, const Run& run) {
  models::Effort effort;
  effort.events = std::numeric_limits<std::uint64_t>::max();
  run.stopwatch.start();
  const models::TrialResults results =
      models::simulate(trial, {{}, models::Duration{length}}, run.seed, effort);
  run.stopwatch.stop();
  const auto of = [&](models::Metric metric) {
    return results.observation[static_cast<std::size_t>(metric)];
  };
  const auto requests = static_cast<double>(results.requests);
  Outcome outcome{requests,
                  of(models::Metric::latency_mean),
                  {{"latency_p99_s", of(models::Metric::latency_p99)},
                   {"memory_mean_bytes", of(models::Metric::memory_mean)},
                   {"memory_max_bytes", of(models::Metric::memory_max)},
                   {"events", static_cast<double>(results.events)}}};
  if (trial.container.limits.cpu) {
    outcome.more.emplace_back("throttled_s", of(models::Metric::throttled_time) * length);
  }
  return outcome;
}

// A container of `size` processes and `by` threads each.
template <class CaseOf, class Change>
auto container(CaseOf case_of, Change change) {
  return [case_of, change](const Run& run) {
    const bench::ContainerCase wanted = case_of(run.size, run.by);
    models::TrialParameters trial = bench::trial_of(wanted);
    change(trial);
    return simulate(trial, wanted.time_for(run.operations), run);
  };
}

void nothing(models::TrialParameters&) {}

// An interpreter lock in each process that threads pass on to each other six times in a burst.
void add_lock(models::TrialParameters& trial) {
  trial.deployment.server = "granian";
  trial.profile.lock.present = true;
  trial.profile.lock.handover_cpu = models::assumed(models::Duration{20e-6});
  trial.profile.lock.handover_lock = models::assumed(models::Duration{14e-6});
  for (models::Phase& phase : trial.profile.kernels.front().phases) {
    if (phase.kind == models::PhaseKind::wait) continue;
    phase.kind = models::PhaseKind::lock;
    phase.releases = models::assumed(6.0);
  }
}

void add_poller(models::TrialParameters& trial) {
  trial.deployment.server = "gunicorn_gthread";
  trial.profile.accept.poller_cpu = models::assumed(models::Duration{100e-6});
}

// A node of 8 cores, nine tenths busy at most, with `size` containers of `by` threads.
Outcome node(const Run& run) {
  bench::ContainerCase one = bench::plain_container(1, run.by);
  const std::uint32_t threads = run.size * run.by;
  one.cores = 8.0;
  one.wait = std::max(one.burst, 2.0 * one.burst * (threads / (0.9 * one.cores) - 1.0));
  models::TrialParameters trial = bench::trial_of(one);
  trial.replicas = run.size;
  trial.service.load.connections = threads;
  trial.service.connection_split.assign(run.size, run.by);
  const double cycle = 2.0 * one.burst + one.wait;
  return simulate(
      trial, static_cast<double>(run.operations) * std::max(cycle / threads, 2.0 * one.burst / one.cores),
      run);
}

}  // namespace

int main(int count, char** arguments) {
  return bench::run_model(count, arguments, FORKCAST_VERSION,
                          {{"queue", bench::mean_of(coroutines::queue)},
                           {"hold", bench::rate_of(coroutines::hold)},
                           {"repair", bench::rate_of(coroutines::repair)},
                           {"sharing", bench::rate_of(coroutines::sharing)},
                           {"container", container(bench::plain_container, nothing)},
                           {"limited", container(bench::limited_container, nothing)},
                           {"lock", container(bench::plain_container, add_lock)},
                           {"poller", container(bench::plain_container, add_poller)},
                           {"node", node}});
}
