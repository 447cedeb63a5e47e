// SPDX-License-Identifier: MIT
// The models in forkcast, as a program (run_model.hpp).
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
                  {{"latency_p99", of(models::Metric::latency_p99)},
                   {"memory_mean", of(models::Metric::memory_mean)},
                   {"memory_max", of(models::Metric::memory_max)},
                   {"events", static_cast<double>(results.events)}}};
  if (trial.container.limits.cpu) {
    outcome.more.emplace_back("throttled_time", of(models::Metric::throttled_time) * length);
  }
  return outcome;
}

Outcome container(const Run& run) {
  const bench::ContainerCase& wanted = run.size == 1 ? bench::plain_container : bench::full_container;
  return simulate(bench::trial_of(wanted), wanted.time_for(run.operations), run);
}

}  // namespace

int main(int count, char** arguments) {
  return bench::run_model(count, arguments,
                          {{"queue", bench::mean_of([](auto... a) { return coroutines::queue(a...); })},
                           {"hold", bench::rate_of([](auto... a) { return coroutines::hold(a...); })},
                           {"repair", bench::rate_of([](auto... a) { return coroutines::repair(a...); })},
                           {"sharing", bench::rate_of([](auto... a) { return coroutines::sharing(a...); })},
                           {"container", container}});
}
