// SPDX-License-Identifier: MIT
#include "models/calibration/load_generator_fit.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/calibration/prediction.hpp"
#include "tests/models/calibration/synthetic.hpp"

namespace {

using models::Duration;
using models::MeasuredRun;
using models::Rate;

MeasuredRun run(const std::string& kernel, double client_cpu, bool keep_alive = true, double rate = 0.0,
                models::Count requests = 1000) {
  MeasuredRun made;
  made.what = synthetic::configuration(kernel, 1, 1, 8, keep_alive);
  if (rate > 0.0) made.what.rate = Rate{rate};
  made.requests = requests;
  made.throughput = {100.0};
  made.latency.p50 = {0.01};
  made.client_cpu_per_request = {client_cpu};
  return made;
}

models::LoadGeneratorCosts fitted(const std::vector<MeasuredRun>& runs) {
  return models::fit_load_generator(models::probes_of(runs, 2, "pool"), "pool");
}

}  // namespace

// Closed 20 us; 900 open requests at 40 us and 100 at 120 us: 48 us on average.
TEST_CASE("each request of open arrivals counts for what the generator needs more for them") {
  const auto costs = fitted({run("json", 20e-6), run("json", 40e-6, true, 500.0, 900), run("json", 120e-6, true, 50.0, 100)});
  CHECK(costs.cpu.value.seconds == doctest::Approx(20e-6));
  CHECK(costs.open_cpu.value.seconds == doctest::Approx(28e-6));
  CHECK(costs.open_cpu.basis == models::Basis::measured);
}

TEST_CASE("what open arrivals need more is beside what a new connection needs") {
  const auto costs = fitted({run("json", 20e-6), run("json", 50e-6, false), run("json", 75e-6, false, 500.0)});
  CHECK(costs.connect_cpu.value.seconds == doctest::Approx(30e-6));
  CHECK(costs.open_cpu.value.seconds == doctest::Approx(25e-6));
}

TEST_CASE("without open probes nothing is known of open arrivals") {
  CHECK(fitted({run("json", 20e-6)}).open_cpu.basis == models::Basis::assumed);
  CHECK(fitted({run("json", 20e-6), run("json", 15e-6, true, 500.0)}).open_cpu.value == Duration{});
}

TEST_CASE("only open arrivals are predicted with a generator that is woken twice") {
  models::Profile profile;
  profile.load_generator.cpu = synthetic::known(Duration{20e-6});
  profile.load_generator.open_cpu = synthetic::known(Duration{25e-6});
  models::Configuration what = synthetic::configuration("json", 1, 1, 8, true);
  CHECK(models::trial_of(what, profile, {"pool", 2, 1, true}).service.client.cpu.seconds == doctest::Approx(20e-6));
  what.rate = Rate{500.0};
  CHECK(models::trial_of(what, profile, {"pool", 2, 1, true}).service.client.cpu.seconds == doctest::Approx(45e-6));
  CHECK(models::trial_of(what, profile, {"pool", 2, 1, false}).service.client.cpu == Duration{});
}
