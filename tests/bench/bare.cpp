// SPDX-License-Identifier: MIT
// The models by hand, as a program (run_model.hpp).
#include "tests/bench/bare_container.hpp"
#include "tests/bench/bare_models.hpp"
#include "tests/bench/run_model.hpp"

namespace {

using bench::Outcome;
using bench::Run;

template <class CaseOf>
auto container(CaseOf case_of) {
  return [case_of](const Run& run) {
    const bench::ContainerCase wanted = case_of(run.size, run.by);
    bare::Container container(wanted, run.seed);
    run.stopwatch.start();
    const bench::ContainerAnswer answer = container.run(wanted.time_for(run.operations));
    run.stopwatch.stop();
    return Outcome{static_cast<double>(answer.requests),
                   answer.latency_mean,
                   {{"latency_p99_s", answer.latency_p99},
                    {"memory_mean_bytes", answer.memory_mean},
                    {"memory_max_bytes", answer.memory_max},
                    {"throttled_s", answer.throttled_time}}};
  };
}

}  // namespace

int main(int count, char** arguments) {
  return bench::run_model(count, arguments, "g++ " __VERSION__,
                          {{"queue", bench::mean_of(bare::queue)},
                           {"hold", bench::rate_of(bare::hold)},
                           {"repair", bench::rate_of(bare::repair)},
                           {"sharing", bench::rate_of(bare::sharing)},
                           {"container", container(bench::plain_container)},
                           {"limited", container(bench::limited_container)}});
}
