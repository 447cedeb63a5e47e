// SPDX-License-Identifier: MIT
// A host of speed v needs the CPU time w / v for what the reference does in w. So a profile measured at speed v1 has
// its CPU times multiplied by v1 / v2 on a host of speed v2; what is not CPU time stays.
#include "models/profile/carrying.hpp"

#include <doctest/doctest.h>

namespace {

models::Measured<models::Duration> measured(double seconds) {
  return {{seconds}, {0.9 * seconds}, {1.1 * seconds}, models::Basis::measured, {}};
}

models::Profile home_made() {
  models::Profile profile;
  profile.host.name = "old";
  profile.host.speed = models::Factor{0.8};
  profile.lock.handover_cpu = measured(30e-6);
  profile.lock.switch_interval = measured(5e-3);
  profile.spawn.cpu = measured(0.4);
  profile.spawn.wait = measured(0.1);
  profile.threads.starvation_delay = measured(0.06);
  models::Kernel& kernel = profile.kernels.emplace_back();
  kernel.name = "kernel";
  kernel.phases.resize(3);
  kernel.phases[0].kind = models::PhaseKind::lock;
  kernel.phases[0].time.mean = measured(1e-3);
  kernel.phases[1].kind = models::PhaseKind::wait;
  kernel.phases[1].time.mean = measured(20e-3);
  kernel.phases[2].kind = models::PhaseKind::cpu;
  kernel.phases[2].time.shape = models::Shape::quantiles;
  kernel.phases[2].time.quantiles = {{{0.1}, {1e-3}}, {{0.9}, {3e-3}}};
  return profile;
}

models::HostProfile host(const char* name, double speed) {
  models::HostProfile made;
  made.name = name;
  made.speed = {{speed}, {speed}, {speed}, models::Basis::measured, {}};
  return made;
}

}  // namespace

TEST_CASE("CPU times are multiplied by the ratio of speeds, and nothing else is") {
  models::Profile profile = home_made();
  models::carry(profile, host("new", 1.6));
  const models::Kernel& kernel = profile.kernels[0];
  CHECK(kernel.phases[0].time.mean.value.seconds == doctest::Approx(0.5e-3));
  CHECK(kernel.phases[0].time.mean.low.seconds == doctest::Approx(0.45e-3));
  CHECK(kernel.phases[0].time.mean.high.seconds == doctest::Approx(0.55e-3));
  CHECK(kernel.phases[2].time.quantiles[0].value.seconds == doctest::Approx(0.5e-3));
  CHECK(kernel.phases[2].time.quantiles[1].value.seconds == doctest::Approx(1.5e-3));
  CHECK(profile.lock.handover_cpu.value.seconds == doctest::Approx(15e-6));
  CHECK(profile.spawn.cpu.value.seconds == doctest::Approx(0.2));
  CHECK(kernel.phases[1].time.mean.value.seconds == 20e-3);
  CHECK(profile.lock.switch_interval.value.seconds == 5e-3);
  CHECK(profile.spawn.wait.value.seconds == 0.1);
  CHECK(profile.threads.starvation_delay.value.seconds == 0.06);
}

TEST_CASE("a carried number is derived, and says from where") {
  models::Profile profile = home_made();
  profile.spawn.cpu.basis = models::Basis::assumed;
  profile.spawn.cpu.source = "a guess";
  models::carry(profile, host("new", 1.6));
  const models::Kernel& kernel = profile.kernels[0];
  CHECK(kernel.phases[0].time.mean.basis == models::Basis::derived);
  CHECK(kernel.phases[0].time.mean.source == "carried from old to new");
  CHECK(kernel.phases[2].time.mean.basis == models::Basis::derived);
  CHECK(profile.spawn.cpu.basis == models::Basis::assumed);
  CHECK(profile.spawn.cpu.source == "a guess; carried from old to new");
  CHECK(kernel.phases[1].time.mean.basis == models::Basis::measured);
  // What is left out of the model is not made up on the way.
  CHECK(profile.accept.poller_cpu.value.seconds == 0.0);
  CHECK(profile.accept.poller_cpu.source.empty());
}

TEST_CASE("at home nothing changes, whatever the speed was measured to be today") {
  models::Profile profile = home_made();
  models::carry(profile, host("old", 0.82));
  CHECK(profile.kernels[0].phases[0].time.mean.value.seconds == 1e-3);
  CHECK(profile.kernels[0].phases[0].time.mean.basis == models::Basis::measured);
}

TEST_CASE("there and back again is where it began") {
  models::Profile profile = home_made();
  models::carry(profile, host("new", 1.6));
  profile.host.name = "new";
  profile.host.speed = models::Factor{1.6};
  models::carry(profile, host("old", 0.8));
  CHECK(profile.kernels[0].phases[0].time.mean.value.seconds == doctest::Approx(1e-3).epsilon(1e-12));
}
