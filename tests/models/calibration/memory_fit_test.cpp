// SPDX-License-Identifier: MIT
// Charges computed from the parts of models/host/memory.hpp come back as those parts.
#include "models/calibration/memory_fit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace {

using models::Bytes;
using models::Count;
using models::MeasuredRun;

constexpr double container = 20e6, process = 45e6, kernel = 0.3e6, thread = 0.4e6, live = 0.1e6, growth = 50.0;
constexpr double heap = 30e6, at_once = 0.1, never = 0.4, decay = 1500.0, outside = 8e6;

// What one kernel does to memory.
struct Truth {
  std::string name = "json";
  double growth = ::growth, never = ::never, decay = ::decay;
};

double charge(Count processes, Count threads, bool preload, double served, double busy, const Truth& truth) {
  const auto p = static_cast<double>(processes);
  double sum = container + p * (process + kernel) + p * static_cast<double>(threads - 1) * thread + busy * live +
               served * truth.growth;
  if (preload) {
    const double copied = at_once + (1.0 - at_once - truth.never) * (1.0 - std::exp(-served / p / truth.decay));
    sum += heap - p * heap * (1.0 - copied);
  }
  return sum;
}

MeasuredRun run(Count processes, Count threads, bool preload, Count served, const Truth& truth = {}) {
  MeasuredRun made;
  made.what.kernel = truth.name;
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
    memory.processes = processes + 1;
    return memory;
  };
  // One process has answered the request that showed it to be ready.
  const double first = preload ? heap * (1.0 - at_once - truth.never) * (1.0 - std::exp(-1.0 / truth.decay)) : 0.0;
  made.idle = reading(charge(processes, threads, preload, 0.0, 0.0, truth) + first + truth.growth);
  made.loaded = reading(charge(processes, threads, preload, static_cast<double>(served),
                               static_cast<double>(std::min<Count>(8, processes * threads)), truth));
  made.start_cpu = models::Duration{0.2 + 0.12 * static_cast<double>(processes)};
  made.start_time = made.start_cpu + models::Duration{0.05};
  return made;
}

// A memory probe: its requests are answered before it is read.
MeasuredRun aged(Count processes, Count served, const Truth& truth) {
  MeasuredRun made = run(processes, 1, true, served, truth);
  made.requests_before = served;
  made.requests = 0;
  return made;
}

models::Profile with_kernels(const std::vector<std::string>& names) {
  models::Profile profile;
  for (const std::string& name : names) {
    models::Kernel& added = profile.kernels.emplace_back();
    added.name = name;
    added.phases.resize(1);
  }
  return profile;
}

models::Profile with_kernel() { return with_kernels({"json"}); }

struct Fit {
  explicit Fit(const std::vector<MeasuredRun>& runs, const std::vector<std::string>& kernels = {"json"})
      : profile(with_kernels(kernels)) {
    fit_memory(runs, profile, parameters, residuals);
  }

  const models::KernelMemory& of(std::size_t place) const { return profile.kernels[place].memory; }
  const models::Identified* number(const std::string& path) const {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const models::Identified& one) { return one.path == path; });
    return found == parameters.end() ? nullptr : &*found;
  }

  models::Profile profile;
  std::vector<models::Identified> parameters;
  std::vector<models::Residual> residuals;
};

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

TEST_CASE("what a process grows by with its first requests belongs to it, and is no growth of every request") {
  constexpr double first = 2e6;
  std::vector<MeasuredRun> runs{run(1, 1, false, 100), run(2, 1, false, 10000), run(1, 8, false, 1000), run(2, 2, false, 300)};
  for (MeasuredRun& one : runs) *one.loaded.charge += Bytes{first * static_cast<double>(one.what.processes)};
  const Fit fit(runs);
  CHECK(fit.profile.memory.process.value.value == doctest::Approx(process + first).epsilon(1e-4));
  CHECK(fit.profile.memory.growth.value.value == doctest::Approx(growth).epsilon(1e-2));
  CHECK(fit.profile.memory.request.value.value == doctest::Approx(live).epsilon(1e-2));
}

// One request alone leaves nothing: of event loops runs of one connection, of several and of open arrivals tell apart what
// a process grows by at first, what survives its requests and what their connections leave behind.
TEST_CASE("what survives in an event loop and what connections leave behind come back, and what its first requests do") {
  constexpr double first = 6e6, survivor = 1200.0, connection = 2000.0;
  const auto loop = [&](Count processes, Count connections, Count served, bool keep_alive, double rate = 0.0) {
    MeasuredRun made = run(processes, 1, false, served);
    made.what.server = "uvicorn";
    made.what.connections = connections;
    made.what.keep_alive = keep_alive;
    if (rate > 0.0) made.what.rate = models::Rate{rate};
    const auto p = static_cast<double>(processes), c = static_cast<double>(connections);
    double in_flight = c, overlapped = std::min(1.0, c / p - 1.0);
    if (rate > 0.0) {
      in_flight = 0.6 * p;
      overlapped = 0.6 / 1.6;
    }
    made.throughput = models::Rate{1000.0};
    made.latency.mean = models::Duration{in_flight / 1000.0};
    const auto requests = static_cast<double>(served);
    made.loaded.charge = Bytes{charge(processes, 1, false, requests, in_flight, {}) + p * first +
                               requests * (overlapped * survivor + (keep_alive ? 0.0 : connection))};
    return made;
  };
  const Fit fit({loop(1, 1, 9000, true), loop(1, 8, 10000, true), loop(2, 8, 20000, true), loop(1, 8, 4500, true),
                 loop(1, 8, 8000, false), loop(1, 32, 300, true, 60.0), loop(3, 4, 3000, true)});
  CHECK(fit.profile.memory.survivor.value.value == doctest::Approx(survivor).epsilon(1e-2));
  CHECK(fit.profile.memory.connection.value.value == doctest::Approx(connection).epsilon(1e-2));
  CHECK(fit.profile.memory.process.value.value == doctest::Approx(process + first).epsilon(1e-4));
  CHECK(fit.profile.memory.request.value.value == doctest::Approx(live).epsilon(1e-2));
  CHECK(fit.profile.memory.growth.value.value == doctest::Approx(growth).epsilon(0.05));
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

TEST_CASE("each kernel gets back what it copies and leaks, the first as the profile's") {
  const Truth json, touch{"touch", ::growth, 0.05, 300.0}, leak{"leak", 16'000.0, 0.4, 1500.0};
  const Fit fit({run(1, 1, false, 300, json), run(1, 1, false, 9000, json), run(2, 1, false, 8000, json),
                 run(1, 4, false, 9000, json), run(1, 1, false, 12000, touch), run(1, 1, false, 2000, touch),
                 run(1, 1, false, 8000, leak), run(1, 1, false, 1500, leak), aged(4, 1000, json), aged(2, 10000, json),
                 aged(4, 1000, touch), aged(2, 10000, touch)},
                {"json", "touch", "leak"});
  const models::MemoryCosts& memory = fit.profile.memory;
  CHECK(memory.shared_heap.value.value == doctest::Approx(heap).epsilon(0.01));
  CHECK(memory.held_by_master.value.value < 0.01 * heap);
  CHECK(memory.unshared_at_once.value.value == doctest::Approx(at_once).epsilon(0.05));
  CHECK(memory.never_unshared.value.value == doctest::Approx(never).epsilon(0.03));
  CHECK(memory.decay_requests.value == doctest::Approx(decay).epsilon(0.1));
  CHECK(memory.growth.value.value == doctest::Approx(growth).epsilon(0.05));
  REQUIRE(fit.of(1).never_unshared);
  CHECK(fit.of(1).never_unshared->value.value == doctest::Approx(0.05).epsilon(0.1));
  CHECK(fit.of(1).decay_requests->value == doctest::Approx(300.0).epsilon(0.05));
  REQUIRE(fit.of(2).growth);
  CHECK(fit.of(2).growth->value.value == doctest::Approx(16'000.0).epsilon(0.01));
  // The first kernel is what the profile says; no preloaded server was asked for the last one, and it is said.
  CHECK_FALSE(fit.of(0).never_unshared);
  CHECK_FALSE(fit.of(0).growth);
  CHECK_FALSE(fit.of(2).never_unshared);
  REQUIRE(fit.number("kernels.leak.memory.never_unshared"));
  CHECK(fit.number("kernels.leak.memory.never_unshared")->basis == models::Basis::assumed);
  CHECK(fit.number("kernels.touch.memory.never_unshared")->basis == models::Basis::measured);
  for (const models::Residual& one : fit.residuals) CHECK(one.predicted == doctest::Approx(one.measured).epsilon(1e-3));
}

TEST_CASE("kernels that copy alike share one law, whatever the noise of their readings") {
  const Truth json, leak{"leak", 16'000.0};
  std::vector<MeasuredRun> runs{run(1, 1, false, 300, json),  run(1, 1, false, 9000, json), run(2, 1, false, 8000, json),
                                run(1, 1, false, 300, leak),  run(1, 1, false, 9000, leak), aged(3, 1000, json),
                                aged(1, 10000, json),         aged(3, 1000, leak),          aged(1, 10000, leak)};
  double sign = 1.0;
  for (MeasuredRun& one : runs) one.loaded.charge = Bytes{one.loaded.charge->value * (1.0 + 0.001 * (sign = -sign))};
  const Fit fit(runs, {"json", "leak"});
  CHECK_FALSE(fit.of(1).never_unshared);
  CHECK_FALSE(fit.of(1).decay_requests);
  CHECK(fit.number("kernels.leak.memory.never_unshared") == nullptr);
  REQUIRE(fit.of(1).growth);
  CHECK(fit.of(1).growth->value.value == doctest::Approx(16'000.0).epsilon(0.02));
  CHECK(fit.profile.memory.never_unshared.value.value == doctest::Approx(never).epsilon(0.2));
}

TEST_CASE("files that one run was charged for do not count as anybody's memory") {
  std::vector<MeasuredRun> runs{run(1, 1, false, 300), run(1, 1, false, 9000), run(2, 1, false, 8000)};
  for (MeasuredRun& one : runs) one.idle.file = one.loaded.file = Bytes{};
  for (models::MemoryReading* reading : {&runs[1].idle, &runs[1].loaded}) {
    reading->file = Bytes{11e6};
    reading->charge = Bytes{reading->charge->value + 11e6};
  }
  const Fit fit(runs);
  CHECK(fit.profile.memory.container.value.value == doctest::Approx(container).epsilon(1e-3));
  CHECK(fit.profile.memory.process.value.value == doctest::Approx(process).epsilon(1e-3));
  CHECK(fit.profile.memory.files_outside.value.value == doctest::Approx(outside).epsilon(1e-3));
  for (const models::Residual& one : fit.residuals) CHECK(one.predicted == doctest::Approx(one.measured).epsilon(1e-3));
}

TEST_CASE("kernels that grow alike share one growth, whatever the noise of their readings") {
  const Truth json, other{"other"};
  std::vector<MeasuredRun> runs{run(1, 1, false, 300, json),  run(1, 1, false, 9000, json), run(2, 1, false, 8000, json),
                                run(1, 1, false, 300, other), run(1, 1, false, 9000, other), run(2, 1, false, 8000, other)};
  int place = 0;
  for (MeasuredRun& one : runs) {
    for (models::MemoryReading* reading : {&one.idle, &one.loaded}) {
      reading->charge = Bytes{reading->charge->value * (place++ % 3 == 0 ? 1.002 : 0.999)};
    }
  }
  const Fit fit(runs, {"json", "other"});
  CHECK_FALSE(fit.of(1).growth);
}

TEST_CASE("what the master holds of the heap anyway is told by preloaded servers of two sizes") {
  // Preloading saves each process 27 MB, and costs the master 24 MB more.
  constexpr double held = 3e6;
  std::vector<MeasuredRun> runs{run(1, 1, false, 300), run(1, 1, false, 9000), run(2, 1, false, 8000)};
  for (MeasuredRun one : {aged(4, 1000, {}), aged(2, 10000, {})}) {
    for (models::MemoryReading* reading : {&one.idle, &one.loaded}) {
      reading->charge = Bytes{reading->charge->value - at_once * heap - held};
    }
    runs.push_back(one);
  }
  const Fit fit(runs);
  CHECK(fit.profile.memory.shared_heap.value.value == doctest::Approx((1.0 - at_once) * heap).epsilon(0.01));
  CHECK(fit.profile.memory.held_by_master.value.value == doctest::Approx(held).epsilon(0.05));
  CHECK(fit.profile.memory.unshared_at_once.value.value < 0.01);
  for (const models::Residual& one : fit.residuals) CHECK(one.predicted == doctest::Approx(one.measured).epsilon(1e-3));
}

TEST_CASE("a single worker beside which no process was seen has no master") {
  std::vector<MeasuredRun> runs{run(1, 1, false, 300), run(1, 1, false, 9000), run(2, 1, false, 8000)};
  for (MeasuredRun& one : runs) {
    if (one.what.processes > 1) continue;
    for (models::MemoryReading* reading : {&one.idle, &one.loaded}) {
      reading->charge = Bytes{reading->charge->value - container};
      reading->processes = 1;
    }
  }
  const Fit alone(runs);
  CHECK_FALSE(alone.profile.memory.parent_of_one);
  CHECK(alone.profile.memory.container.value.value == doctest::Approx(container).epsilon(1e-3));
  CHECK(alone.profile.memory.process.value.value == doctest::Approx(process).epsilon(1e-3));
  CHECK(Fit({run(1, 1, false, 300), run(2, 1, false, 8000)}).profile.memory.parent_of_one);
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
