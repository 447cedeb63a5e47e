// SPDX-License-Identifier: MIT
// The fit on runs whose law is known. A call needs C of CPU, a share p of it under the lock; k processes on c cores
// do min(k, c) / C calls a second, k threads at most 1 / (p C).
#include "tools/kernels/fit.hpp"

#include <doctest/doctest.h>

#include "models/scenario/reader.hpp"
#include "models/scenario/profile_writer.hpp"

namespace {

kernels::Run run(double cpu, double wall, double throughput, double voluntary = 0.0) {
  kernels::Run made;
  made.calls = 1000;
  made.cpu = made.cpu_p10 = made.cpu_p50 = made.cpu_p90 = cpu;
  made.wall = made.wall_p50 = wall;
  made.throughput = throughput;
  made.voluntary = voluntary;
  made.memory = {20e6, 15e6, 12e6, 10.0 * 1024 * 1024, 5.0 * 1024 * 1024};
  return made;
}

// Two cores, a call of 1 ms of CPU; `cost` is the CPU per call of two threads.
kernels::Measurement measured(bool lock, double share, double cost) {
  kernels::Measurement m;
  m.runtime = {"CPython 3.99", lock, 0.005};
  m.counts = {1, 2};
  const kernels::Run alone = run(1e-3, 1e-3, 1000.0);
  m.threads = {{alone}, {run(cost, cost, 2.0 / cost)}};
  m.processes = {{{alone}}, {{alone, alone}}};
  if (lock) m.lock = {{{share, 1e-3, share < 1.0 ? 1.0 : 0.0}, {0.1, 300e-6, 1.0}}};
  m.allocation = {2.0 * 1024 * 1024, 0.0};
  m.allocation_known = true;
  return m;
}

}  // namespace

TEST_CASE("a call that the sampler finds locked all the time is a lock phase and nothing else") {
  const auto m = measured(true, 1.0, 2e-3);
  const kernels::Fit fit = kernels::fit(m, 2);
  CHECK(fit.lock_share == 1.0);
  CHECK(fit.releases == 0.0);
  const auto rows = kernels::residuals(fit, m, 2);
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].run == "2 threads");
  CHECK(rows[1].fitted == doctest::Approx(1000.0));
  CHECK(rows[2].fitted == doctest::Approx(2000.0));
}

TEST_CASE("the sampler's own waking is no share of the lock") {
  // Of 1 ms the sampler misses 230 us, 30 us of them for waking after the release: p = 0.2.
  const auto m = measured(true, 0.23, 1e-3);
  const kernels::Fit fit = kernels::fit(m, 2);
  CHECK(fit.lock_share == doctest::Approx(0.2));
  CHECK(fit.releases == 1.0);
  const models::Profile profile = kernels::profile_of(fit, m, {"k", "m:k", "python3", "", ""}, 2);
  REQUIRE(profile.kernels[0].phases.size() == 2);
  CHECK(profile.kernels[0].phases[0].time.mean.value.seconds == doctest::Approx(0.2e-3));
  CHECK(profile.kernels[0].phases[1].time.mean.value.seconds == doctest::Approx(0.8e-3));
}

TEST_CASE("without a lock two threads tell their contention: CPU per call over that of two processes") {
  const kernels::Fit fit = kernels::fit(measured(false, 0.0, 1.3e-3), 2);
  CHECK(fit.contention == doctest::Approx(0.3));
  CHECK(fit.coherency == 0.0);
  CHECK(kernels::fit(measured(false, 0.0, 0.9e-3), 2).contention == 0.0);
}

TEST_CASE("with enough counts both terms of the scalability law come back") {
  auto m = measured(false, 0.0, 1e-3);
  m.counts = {1, 2, 4};
  const kernels::Run alone = run(1e-3, 1e-3, 1000.0);
  const auto cost = [](double k) { return 1e-3 * (1.0 + 0.1 * (k - 1.0) + 0.02 * k * (k - 1.0)); };
  m.threads = {{alone}, {run(cost(2), cost(2), 2000)}, {run(cost(4), cost(4), 3000)}};
  m.processes = {{{alone}}, {{alone, alone}}, {{alone, alone, alone, alone}}};
  const kernels::Fit fit = kernels::fit(m, 4);
  CHECK(fit.contention == doctest::Approx(0.1));
  CHECK(fit.coherency == doctest::Approx(0.02));
}

TEST_CASE("only a call that gives its core away of its own accord waits") {
  auto m = measured(true, 1.0, 1e-3);
  m.threads[0] = {run(1e-3, 6e-3, 166.0, 1.0)};
  CHECK(kernels::fit(m, 2).wait == doctest::Approx(5e-3));
  m.threads[0] = {run(1e-3, 6e-3, 166.0, 0.0)};
  CHECK(kernels::fit(m, 2).wait == 0.0);
}

TEST_CASE("the profile of a kernel is read back as it was written") {
  const auto m = measured(true, 0.23, 1e-3);
  models::Profile profile = kernels::profile_of(kernels::fit(m, 2), m, {"k", "m:k", "python3", "", ""}, 2);
  profile.provenance.command = "forkcast profile";
  const std::string text = models::write_profile(profile);
  models::Diagnostics diagnostics;
  const auto back = models::parse_profile("k.profile.yaml", text, diagnostics);
  REQUIRE_MESSAGE(back, render(diagnostics, false));
  CHECK(models::write_profile(*back) == text);
  CHECK(back->kernels[0].phases[0].memory.value == 2.0 * 1024 * 1024);
  CHECK(back->memory.process.value.value == 10.0 * 1024 * 1024);
}
