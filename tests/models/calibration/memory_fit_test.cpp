// SPDX-License-Identifier: MIT
// Charges computed from the parts of models/host/memory.hpp come back as those parts.
#include "models/calibration/memory_fit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace {

using models::Bytes;
using models::Count;
using models::MeasuredRun;

constexpr double container = 20e6, process = 45e6, kernel = 0.3e6, thread = 0.4e6, live = 0.1e6, growth = 50.0;
constexpr double heap = 30e6, at_once = 0.1, never = 0.4, decay = 1500.0, outside = 8e6;

double charge(Count processes, Count threads, bool preload, double served, double busy) {
  const auto p = static_cast<double>(processes);
  double sum = container + p * (process + kernel) + p * static_cast<double>(threads - 1) * thread + busy * live +
               served * growth;
  if (preload) {
    const double copied = at_once + (1.0 - at_once - never) * (1.0 - std::exp(-served / p / decay));
    sum += heap - p * heap * (1.0 - copied);
  }
  return sum;
}

MeasuredRun run(Count processes, Count threads, bool preload, Count served) {
  MeasuredRun made;
  made.what.kernel = "json";
  made.what.processes = processes;
  made.what.threads = threads;
  made.what.connections = 8;
  made.what.preload = preload;
  made.requests = served / 2;
  made.requests_before = served - made.requests;
  const auto reading = [&](double bytes) {
    models::MemoryReading memory;
    memory.charge = Bytes{bytes};
    memory.kernel = Bytes{1e6 + static_cast<double>(processes) * kernel};
    memory.pss = {bytes - static_cast<double>(processes) * kernel + outside};
    memory.threads = processes * threads;
    return memory;
  };
  made.idle = reading(charge(processes, threads, preload, 0.0, 0.0));
  made.loaded = reading(charge(processes, threads, preload, static_cast<double>(served),
                               static_cast<double>(std::min<Count>(8, processes * threads))));
  made.start_cpu = models::Duration{0.2 + 0.12 * static_cast<double>(processes)};
  made.start_time = made.start_cpu + models::Duration{0.05};
  return made;
}

models::Profile with_kernel() {
  models::Profile profile;
  models::Kernel json;
  json.name = "json";
  json.phases.resize(1);
  profile.kernels.push_back(json);
  return profile;
}

}  // namespace

TEST_CASE("the parts of the charge come back from runs at one and two processes, one and eight threads") {
  models::Profile profile = with_kernel();
  std::vector<models::Identified> parameters;
  std::vector<models::Residual> residuals;
  fit_memory({run(1, 1, false, 100), run(2, 1, false, 10000), run(1, 8, false, 1000)}, profile, parameters, residuals);
  CHECK(profile.memory.container.value.value == doctest::Approx(container).epsilon(1e-4));
  CHECK(profile.memory.process.value.value == doctest::Approx(process).epsilon(1e-4));
  CHECK(profile.memory.thread.value.value == doctest::Approx(thread).epsilon(1e-3));
  CHECK(profile.memory.request.value.value == doctest::Approx(live).epsilon(1e-2));
  CHECK(profile.memory.growth.value.value == doctest::Approx(growth).epsilon(1e-2));
  CHECK(profile.memory.kernel_per_process.value.value == doctest::Approx(kernel));
  CHECK(profile.memory.files_outside.value.value == doctest::Approx(outside));
  CHECK(profile.memory.shared_heap.basis == models::Basis::assumed);
  CHECK(profile.memory.shared_heap.source == "no probe preloads");
}

TEST_CASE("copy-on-write comes back from preloaded runs after 0, 1,000 and 10,000 requests") {
  models::Profile profile = with_kernel();
  std::vector<models::Identified> parameters;
  std::vector<models::Residual> residuals;
  fit_memory({run(1, 1, false, 100), run(2, 1, false, 1000), run(1, 4, false, 10000), run(1, 1, true, 100),
              run(1, 1, true, 1000), run(2, 1, true, 1000), run(2, 1, true, 10000), run(1, 1, true, 10000)},
             profile, parameters, residuals);
  CHECK(profile.memory.shared_heap.value.value == doctest::Approx(heap).epsilon(0.02));
  CHECK(profile.memory.unshared_at_once.value.value == doctest::Approx(at_once).epsilon(0.05));
  CHECK(profile.memory.never_unshared.value.value == doctest::Approx(never).epsilon(0.05));
  CHECK(profile.memory.decay_requests.value == doctest::Approx(decay).epsilon(0.1));
  for (const models::Residual& one : residuals) CHECK(one.predicted == doctest::Approx(one.measured).epsilon(1e-3));
}

TEST_CASE("preloaded servers of one size give the heap for the usual share that is copied at once") {
  models::Profile profile = with_kernel();
  std::vector<models::Identified> parameters;
  std::vector<models::Residual> residuals;
  fit_memory({run(1, 1, false, 100), run(2, 1, false, 1000), run(1, 4, false, 10000), run(2, 1, true, 1000),
              run(2, 1, true, 10000)},
             profile, parameters, residuals);
  CHECK(profile.memory.shared_heap.value.value == doctest::Approx(heap).epsilon(0.02));
  CHECK(profile.memory.unshared_at_once.basis == models::Basis::assumed);
  CHECK(profile.memory.never_unshared.value.value == doctest::Approx(never).epsilon(0.05));
}

TEST_CASE("one number of processes cannot tell container and process apart, and it is said") {
  models::Profile profile = with_kernel();
  std::vector<models::Identified> parameters;
  std::vector<models::Residual> residuals;
  fit_memory({run(1, 1, false, 100), run(1, 4, false, 100)}, profile, parameters, residuals);
  CHECK(profile.memory.process.basis == models::Basis::assumed);
  const double sum = profile.memory.container.value.value + profile.memory.process.value.value;
  CHECK(sum == doctest::Approx(container + process).epsilon(0.01));
}

TEST_CASE("spawning costs what one more process adds to the start") {
  models::Profile profile = with_kernel();
  std::vector<models::Identified> parameters;
  fit_spawn({run(1, 1, false, 100), run(2, 1, false, 100)}, profile, parameters);
  CHECK(profile.spawn.cpu.value.seconds == doctest::Approx(0.12));
  CHECK(profile.spawn.wait.value.seconds == doctest::Approx(0.05));
}
