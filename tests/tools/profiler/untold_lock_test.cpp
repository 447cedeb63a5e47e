// SPDX-License-Identifier: MIT
#include "tools/profiler/untold_lock.hpp"

#include <doctest/doctest.h>

namespace {

models::MeasuredRun run_of(models::Count processes, models::Count threads, models::Count connections) {
  models::MeasuredRun run;
  run.what.processes = processes;
  run.what.threads = threads;
  run.what.connections = connections;
  run.what.cores = 2;
  return run;
}

}  // namespace

TEST_CASE("Several threads of one process tell a lock by the second core that they use or do not use") {
  CHECK(profiler::untold_lock({run_of(1, 1, 8), run_of(1, 4, 8), run_of(2, 1, 8)}).empty());
}

TEST_CASE("As many processes as cores keep these busy whether there is a lock or not") {
  const std::string guess = profiler::untold_lock({run_of(2, 4, 8), run_of(2, 4, 1)});
  CHECK(guess.starts_with("2 process(es) keep 2 core(s) busy"));
  // One connection has one thread at work, open arrivals need not fill a core, and a quota may be less than one.
  CHECK(profiler::untold_lock({run_of(1, 4, 1)}).starts_with("no run keeps several threads busy"));
  models::MeasuredRun open = run_of(1, 4, 32);
  open.what.rate = models::Rate{100.0};
  CHECK_FALSE(profiler::untold_lock({open}).empty());
  models::MeasuredRun throttled = run_of(1, 4, 8);
  throttled.what.cpu = models::Cores{0.5};
  CHECK_FALSE(profiler::untold_lock({throttled}).empty());
}

TEST_CASE("Single threads are not asked") {
  CHECK(profiler::untold_lock({run_of(2, 1, 8)}).empty());
  CHECK(profiler::untold_lock({}).empty());
}
