// SPDX-License-Identifier: MIT
// The models by hand, as a program (run_model.hpp).
#include "tests/bench/bare_container.hpp"
#include "tests/bench/bare_models.hpp"
#include "tests/bench/run_model.hpp"

namespace {

using bench::Outcome;
using bench::Run;

Outcome container(const Run& run) {
  const bench::ContainerCase& wanted = run.size == 1 ? bench::plain_container : bench::full_container;
  bare::Container container(wanted, run.seed);
  run.stopwatch.start();
  const bench::ContainerAnswer answer = container.run(wanted.time_for(run.operations));
  run.stopwatch.stop();
  return {static_cast<double>(answer.requests),
          answer.latency_mean,
          {{"latency_p99", answer.latency_p99},
           {"memory_mean", answer.memory_mean},
           {"memory_max", answer.memory_max},
           {"throttled_time", answer.throttled_time}}};
}

}  // namespace

int main(int count, char** arguments) {
  return bench::run_model(count, arguments,
                          {{"queue", bench::mean_of([](auto... a) { return bare::queue(a...); })},
                           {"hold", bench::rate_of([](auto... a) { return bare::hold(a...); })},
                           {"repair", bench::rate_of([](auto... a) { return bare::repair(a...); })},
                           {"sharing", bench::rate_of([](auto... a) { return bare::sharing(a...); })},
                           {"container", container}});
}
