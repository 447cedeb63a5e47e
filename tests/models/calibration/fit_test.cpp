// SPDX-License-Identifier: MIT
// Profiles that are known are measured by simulation, in the probes that a user would make, and must come back: the
// runtime is recognised, and configurations that no probe showed are predicted within 3 %.
#include "models/calibration/fit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "models/calibration/bench.hpp"
#include "models/calibration/probe.hpp"
#include "tests/models/calibration/synthetic.hpp"

namespace {

using models::Basis;
using models::Bytes;
using models::Configuration;
using models::Duration;
using models::Fitted;
using models::FitOptions;
using models::Fraction;
using models::MeasuredRun;
using models::PhaseKind;
using synthetic::configuration;
using synthetic::known;
using synthetic::Truth;

Truth truth(const std::string& server, bool lock) {
  Truth made;
  made.server = server;
  models::Profile& profile = made.profile;
  profile.host.cores = 2;
  profile.lock.present = lock;
  profile.load_generator.cpu = known(Duration{60e-6});
  profile.load_generator.connect_cpu = known(Duration{70e-6});
  profile.accept.connection_cpu = known(Duration{130e-6});
  profile.memory.container = known(Bytes{20e6});
  profile.memory.process = known(Bytes{45e6});
  profile.memory.thread = known(Bytes{0.3e6});
  profile.spawn.cpu = known(Duration{0.12});
  return made;
}

models::Kernel kernel(std::string name, std::vector<models::Phase> phases) {
  models::Kernel made;
  made.name = std::move(name);
  made.phases = std::move(phases);
  return made;
}

std::vector<MeasuredRun> probes_of(const Truth& truth, const std::string& name, bool threads) {
  std::vector<Configuration> plan{configuration(name, 1, 1, 1, true), configuration(name, 1, 1, 8, true),
                                  configuration(name, 1, 1, 8, false), configuration(name, 2, 1, 8, true),
                                  configuration(name, 2, 1, 8, false)};
  if (threads) {
    plan.push_back(configuration(name, 1, 4, 8, true));
    plan.push_back(configuration(name, 1, 4, 8, true, 1));
  }
  std::vector<MeasuredRun> runs;
  std::uint64_t seed = 100;
  for (int repeat = 0; repeat < 2; ++repeat) {
    for (const Configuration& what : plan) runs.push_back(measure(truth, what, ++seed));
  }
  return runs;
}

const models::Identified& found(const Fitted& fitted, const std::string& path) {
  const auto at = std::find_if(fitted.parameters.begin(), fitted.parameters.end(),
                               [&](const models::Identified& one) { return one.path == path; });
  if (at == fitted.parameters.end()) throw std::out_of_range(path);
  return *at;
}

void check_interval(const Fitted& fitted, const std::string& path, double value) {
  const models::Identified& number = found(fitted, path);
  INFO(path, " = ", number.value, " [", number.low, ", ", number.high, "], not ", value);
  CHECK(number.basis == Basis::measured);
  CHECK(number.low <= value);
  CHECK(value <= number.high);
}

void check_prediction(const Truth& truth, const Fitted& fitted, Configuration what) {
  const MeasuredRun real = measure(truth, what, 7000);
  const Truth model{fitted.profile, fitted.server, truth.cores};
  const MeasuredRun predicted = measure(model, what, 8000);
  INFO(real.id);
  CHECK(predicted.throughput.per_second == doctest::Approx(real.throughput.per_second).epsilon(0.03));
  CHECK(predicted.cpu_per_request.seconds == doctest::Approx(real.cpu_per_request.seconds).epsilon(0.03));
  CHECK(predicted.latency.p50.seconds == doctest::Approx(real.latency.p50.seconds).epsilon(0.05));
  CHECK(predicted.loaded.charge->value == doctest::Approx(real.loaded.charge->value).epsilon(0.03));
}

FitOptions brief() {
  FitOptions options;
  options.machine_cores = 2;
  options.requests = 6000;
  return options;
}

}  // namespace

TEST_CASE("a fit needs a closed loop to start from") {
  MeasuredRun run;
  run.what.rate = models::Rate{10.0};
  run.requests = 100;
  run.throughput = {10.0};
  run.latency.p50 = {0.1};
  CHECK_THROWS_AS(models::fit({run}, {}), std::invalid_argument);
}

TEST_CASE("what a run calls threads are the carriers of a server of tasks") {
  Truth real = truth("go_http", false);
  real.profile.load_generator = {};
  real.profile.kernels = {kernel("hash", {synthetic::computing(PhaseKind::cpu, 1e-3, 0.1)})};
  const double one = measure(real, configuration("hash", 1, 1, 8, true), 1).throughput.per_second;
  const double four = measure(real, configuration("hash", 1, 4, 8, true), 1).throughput.per_second;
  CHECK(four == doctest::Approx(2.0 * one).epsilon(0.03));  // on two cores
}

// 1 and 1.1 and a contaminated 5: the median of the clean ones is 1.05, and sigma holds their spread over both.
TEST_CASE("repeats of a configuration become one probe of clean medians") {
  MeasuredRun run;
  run.id = "first";
  run.requests = 1000;
  run.throughput = {100.0};
  run.cpu_per_request = {0.001};
  run.latency.p50 = {0.01};
  MeasuredRun second = run;
  second.throughput = {110.0};
  MeasuredRun dirty = run;
  dirty.throughput = {500.0};
  dirty.other = {1.0};
  const auto probes = models::probes_of({run, dirty, second}, 2);
  REQUIRE(probes.size() == 1);
  CHECK(probes[0].run == "first");
  CHECK(probes[0].repeats.size() == 2);
  CHECK(probes[0].measured(models::Metric::throughput) == doctest::Approx(105.0));
  // Half the squared difference of the logarithms is the variance of one; floor 1 %.
  const double spread = std::log(1.1) / std::sqrt(2.0);
  CHECK(probes[0].targets[0].sigma == doctest::Approx(std::sqrt(1e-4 + spread * spread / 2.0)));
}

TEST_CASE("repeats on several processes are one probe where the server closes connections") {
  MeasuredRun run;
  run.what.processes = 2;
  run.what.connections = 8;
  run.requests = 1000;
  run.throughput = {100.0};
  run.cpu_per_request = {0.001};
  run.latency.p50 = {0.01};
  MeasuredRun close = run;
  close.what.keep_alive = false;
  CHECK(models::probes_of({run, run, close}, 2, "gunicorn_sync").size() == 1);
  // Where they stay, each run has a split of its own, and a new connection for each request is another thing.
  CHECK(models::probes_of({run, run, close, close}, 2, "gunicorn_gthread").size() == 3);
}

TEST_CASE("what caches cost is kept where the factor that a profile may have is not enough") {
  models::Draft draft;
  draft.warming = 1e-4;
  draft.kernels.push_back({"slow", 0.4});
  draft.kernels[0].cold_cost = 0.1;
  const models::Profile profile = models::profile_of(draft);
  CHECK(profile.kernels[0].cold_factor.value == doctest::Approx(100.0));
  CHECK(profile.kernels[0].cold_factor.value * profile.caches.warming.value.seconds == doctest::Approx(0.1));
}

TEST_CASE("one connection counts only where server and client take turns") {
  MeasuredRun run;
  run.what.connections = 1;
  run.requests = 1000;
  run.throughput = {1000.0};
  run.cpu_per_request = {0.0008};
  run.latency.p50 = {0.0009};
  run.client_cpu_per_request = Duration{0.00015};
  const auto counted = [&] {
    const auto probe = models::probes_of({run}, 2).front();
    return models::counts(probe, probe.targets.front(), false);
  };
  CHECK(counted());
  run.client_cpu_per_request = Duration{0.00025};  // 1.05 ms of CPU time in a cycle of 1 ms
  CHECK(!counted());
  run.what.connections = 2;
  CHECK(counted());
}

TEST_SUITE("slow") {
  TEST_CASE("threads under an interpreter lock are recognised and predicted") {
    Truth real = truth("gunicorn_gthread", true);
    real.profile.lock.handover_cpu = known(Duration{25e-6});
    real.profile.lock.handover_lock = known(Duration{15e-6});
    real.profile.accept.poller_cpu = known(Duration{110e-6});
    real.profile.kernels = {kernel("json", {synthetic::computing(PhaseKind::lock, 900e-6, 0.4, 13.0)})};
    const Fitted fitted = models::fit(probes_of(real, "json", true), brief());
    CHECK(fitted.server == "gunicorn_gthread");
    CHECK(fitted.lock);
    REQUIRE(fitted.candidates.size() == 7);
    CHECK(fitted.candidates[1].chi_square > fitted.candidates[0].chi_square + 20.0);
    // Poller and kernel share the lock: the probes tell their sum.
    const double served = found(fitted, "kernels.json.demand").value + found(fitted, "accept.poller_cpu").value;
    CHECK(served == doctest::Approx(1010e-6).epsilon(0.02));
    check_interval(fitted, "lock.handover_cpu", 25e-6);
    check_interval(fitted, "accept.connection_cpu", 130e-6);
    CHECK(found(fitted, "kernels.json.native_share").value == doctest::Approx(0.0));
    check_prediction(real, fitted, configuration("json", 1, 8, 8, true));
    check_prediction(real, fitted, configuration("json", 2, 2, 8, false));
    check_prediction(real, fitted, configuration("json", 4, 1, 8, false));
    Configuration throttled = configuration("json", 2, 4, 16, false);
    throttled.cpu = models::Cores{1.5};
    check_prediction(real, fitted, throttled);
  }

  TEST_CASE("free threads are recognised, with their contention and the tail of those that starve") {
    Truth real = truth("gunicorn_gthread", false);
    real.profile.accept.poller_cpu = known(Duration{110e-6});
    real.profile.threads.contention = known(0.2);
    real.profile.threads.starvation = known(Fraction{0.008});
    real.profile.threads.starvation_delay = known(Duration{0.025});
    real.profile.kernels = {kernel("json", {synthetic::computing(PhaseKind::lock, 900e-6, 0.4)})};
    const Fitted fitted = models::fit(probes_of(real, "json", true), brief());
    CHECK(fitted.server == "gunicorn_gthread");
    CHECK_FALSE(fitted.lock);
    check_interval(fitted, "kernels.json.demand", 900e-6);
    check_interval(fitted, "accept.poller_cpu", 110e-6);
    check_interval(fitted, "threads.contention", 0.2);
    check_interval(fitted, "accept.connection_cpu", 130e-6);
    CHECK(found(fitted, "threads.starvation_delay").value == doctest::Approx(0.025).epsilon(0.3));
    check_prediction(real, fitted, configuration("json", 1, 2, 8, false));
    check_prediction(real, fitted, configuration("json", 1, 8, 8, true));
    check_prediction(real, fitted, configuration("json", 4, 1, 8, false));
  }

  TEST_CASE("what it costs to wake a worker is told from one connection, which wakes it for every request") {
    Truth real = truth("gunicorn_gthread", false);
    real.profile.accept.poller_cpu = known(Duration{110e-6});
    real.profile.accept.handoff_cpu = known(Duration{150e-6});
    real.profile.kernels = {kernel("json", {synthetic::computing(PhaseKind::lock, 900e-6, 0.4)})};
    const Fitted fitted = models::fit(probes_of(real, "json", true), brief());
    check_interval(fitted, "kernels.json.demand", 900e-6);
    check_interval(fitted, "accept.handoff_cpu", 150e-6);
    check_prediction(real, fitted, configuration("json", 2, 2, 2, true));
  }

  TEST_CASE("an event loop is recognised by the waits that it overlaps") {
    Truth real = truth("uvicorn", false);
    real.profile.kernels = {kernel("wait", {synthetic::computing(PhaseKind::cpu, 400e-6, 0.3),
                                            synthetic::waiting(0.01), synthetic::computing(PhaseKind::cpu, 400e-6, 0.3)})};
    real.profile.kernels[0].phases[1].awaitable = true;
    const Fitted fitted = models::fit(probes_of(real, "wait", false), brief());
    CHECK(fitted.server == "uvicorn");
    check_interval(fitted, "kernels.wait.demand", 800e-6);
    check_interval(fitted, "kernels.wait.wait", 0.01);
    check_prediction(real, fitted, configuration("wait", 1, 1, 16, true));
    check_prediction(real, fitted, configuration("wait", 4, 1, 32, false));
    CHECK(fitted.profile.kernels[0].phases[1].timer_resolution.value == Duration{});
  }

  TEST_CASE("timers of an event loop are told by the waits that end together") {
    Truth real = truth("uvicorn", false);
    real.profile.kernels = {kernel("wait", {synthetic::computing(PhaseKind::cpu, 50e-6, 0.3), synthetic::waiting(0.02),
                                            synthetic::computing(PhaseKind::cpu, 50e-6, 0.3)})};
    real.profile.kernels[0].phases[1].awaitable = true;
    real.profile.kernels[0].phases[1].timer_resolution = known(Duration{1e-3});
    const Fitted fitted = models::fit(probes_of(real, "wait", false), brief());
    CHECK(fitted.server == "uvicorn");
    CHECK(fitted.profile.kernels[0].phases[1].timer_resolution.value == Duration{1e-3});
    CHECK(fitted.profile.kernels[0].phases[1].timer_resolution.basis == models::Basis::measured);
    check_interval(fitted, "kernels.wait.demand", 100e-6);
    check_prediction(real, fitted, configuration("wait", 1, 1, 32, true));
  }

  // Beside its one worker the primary shows in the CPU time and not in the cycle.
  TEST_CASE("what a primary costs is told from what its workers do with a new connection") {
    Truth real = truth("node_cluster", true);
    real.profile.accept.primary_cpu = known(Duration{60e-6});
    real.profile.kernels = {kernel("json", {synthetic::computing(PhaseKind::lock, 500e-6, 0.1)})};
    std::vector<MeasuredRun> runs = probes_of(real, "json", false);
    std::erase_if(runs, [](const MeasuredRun& run) { return run.what.processes > 1 && !run.what.keep_alive; });
    for (MeasuredRun& run : runs) run.what.server = real.server;
    const Fitted fitted = models::fit(runs, brief());
    CHECK(fitted.server == real.server);
    check_interval(fitted, "accept.primary_cpu", 60e-6);
    check_interval(fitted, "accept.connection_cpu", 130e-6);
    check_prediction(real, fitted, configuration("json", 2, 1, 8, false));
    check_prediction(real, fitted, configuration("json", 4, 1, 16, false));
  }

  // One carrier answers many waits at once, two compute at once.
  TEST_CASE("threads that only carry tasks are recognised by the waits that hold none of them") {
    Truth real = truth("go_http", false);
    real.profile.kernels = {
        kernel("wait", {synthetic::computing(PhaseKind::cpu, 400e-6, 0.3), synthetic::waiting(0.01),
                        synthetic::computing(PhaseKind::cpu, 400e-6, 0.3)})};
    const Fitted fitted = models::fit(probes_of(real, "wait", true), brief());
    CHECK(fitted.server == "go_http");
    CHECK_FALSE(fitted.lock);
    check_interval(fitted, "kernels.wait.demand", 800e-6);
    check_interval(fitted, "kernels.wait.wait", 0.01);
    check_prediction(real, fitted, configuration("wait", 1, 2, 16, true));
    check_prediction(real, fitted, configuration("wait", 1, 8, 32, true));
  }

  TEST_CASE("workers that accept when idle are recognised by the queue that they share") {
    Truth real = truth("gunicorn_sync", false);
    real.profile.kernels = {kernel("json", {synthetic::computing(PhaseKind::cpu, 900e-6, 0.4)})};
    const Fitted fitted = models::fit(probes_of(real, "json", false), brief());
    CHECK(fitted.server == "gunicorn_sync");
    check_prediction(real, fitted, configuration("json", 4, 1, 8, false));
    Configuration throttled = configuration("json", 2, 1, 8, false);
    throttled.cpu = models::Cores{1.0};
    check_prediction(real, fitted, throttled);
  }

  TEST_CASE("a fit gives the same bits for any number of threads") {
    Truth real = truth("gunicorn_sync", false);
    real.profile.kernels = {kernel("json", {synthetic::computing(PhaseKind::cpu, 900e-6, 0.4)})};
    const std::vector<MeasuredRun> runs = probes_of(real, "json", false);
    FitOptions options = brief();
    options.requests = 1000;
    options.jobs = 1;
    const Fitted one = models::fit(runs, options);
    options.jobs = 2;
    const Fitted two = models::fit(runs, options);
    REQUIRE(one.parameters.size() == two.parameters.size());
    for (std::size_t i = 0; i < one.parameters.size(); ++i) CHECK(one.parameters[i].value == two.parameters[i].value);
  }
}
