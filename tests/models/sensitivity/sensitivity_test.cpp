// SPDX-License-Identifier: MIT
// Elasticities that follow from closed forms.
#include "models/sensitivity/sensitivity.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "models/sensitivity/inputs.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;
using models::Answer;
using models::Effect;
using models::Influence;
using models::Input;
using models::Sensitivity;
using models::SensitivityQuestion;

namespace {

const Duration ms{1e-3};

SensitivityQuestion question(const TrialParameters& at, Metric metric, double seconds,
                             std::size_t replications = 12) {
  SensitivityQuestion result;
  result.setting.at = at;
  result.window = {Duration{0.2 * seconds}, Duration{seconds}};
  result.inputs = models::inputs_of(at, at.profile, false);
  result.answers = {Answer::of(metric)};
  result.replications = replications;
  return result;
}

Sensitivity found(const SensitivityQuestion& asked, int jobs = 2) {
  models::RunOptions options;
  options.jobs = jobs;
  return models::find_sensitivity(asked, options).front();
}

Input& input(SensitivityQuestion& asked, std::string_view path) {
  const auto place = std::ranges::find(asked.inputs, path, &Input::path);
  REQUIRE(place != asked.inputs.end());
  return *place;
}

const Effect& effect(const SensitivityQuestion& asked, const Sensitivity& sensitivity,
                     std::string_view path) {
  const auto place = std::ranges::find_if(
      sensitivity.effects, [&](const Effect& one) { return asked.inputs[one.input].path == path; });
  REQUIRE(place != sensitivity.effects.end());
  return *place;
}

void check_holds(const Effect& one, double elasticity, double widest) {
  CAPTURE(one.elasticity);
  CAPTURE(one.half_width);
  CHECK(one.half_width < widest);
  CHECK(std::abs(one.elasticity - elasticity) <= one.half_width);
}

// One worker, exponential service s, Poisson arrivals a.
TrialParameters mm1(double per_second) {
  return open(profile({cpu(exponential(20.0 * ms))}), runtime("processes", 1), per_second);
}

}  // namespace

/* M/M/1: T = s / (1 - rho), rho = a s.
 *   d ln T / d ln s = 1 + rho / (1 - rho) = 1 / (1 - rho)
 *   d ln T / d ln a = rho / (1 - rho)
 * A central step h of 5 % is off by a term of order h^2: (ln T(s (1 + h)) - ln T(s / (1 + h))) / (2 ln (1 +
 * h)).
 */
TEST_CASE("M/M/1: elasticities of the mean latency") {
  const double rho = 0.5;
  const double h = 1.05;
  const auto time = [](double service, double rate) { return service / (1.0 - rate * service); };
  const double of_service = std::log(time(0.02 * h, 25.0) / time(0.02 / h, 25.0)) / (2.0 * std::log(h));
  const double of_load = std::log(time(0.02, 25.0 * h) / time(0.02, 25.0 / h)) / (2.0 * std::log(h));
  CHECK(of_service == relative(1.0 / (1.0 - rho), 0.01));
  CHECK(of_load == relative(rho / (1.0 - rho), 0.02));

  const SensitivityQuestion asked = question(mm1(25.0), Metric::latency_mean, 400.0);
  const Sensitivity sensitivity = found(asked);
  const Effect& service = effect(asked, sensitivity, "kernels.request.demand");
  check_holds(service, of_service, 0.3);
  CHECK(service.influence == Influence::moves);
  check_holds(effect(asked, sensitivity, "service.load"), of_load, 0.3);
}

/* A saturated closed loop on one core: throughput X = 1 / s whatever the connections, so that
 *   d ln X / d ln s = -1, d ln X / d ln n = 0. */
TEST_CASE("A saturated closed loop does as much less as its requests take longer") {
  const TrialParameters at = closed(profile({cpu(exponential(5.0 * ms))}), runtime("processes", 1), 4);
  const SensitivityQuestion asked = question(at, Metric::throughput, 200.0);
  const Sensitivity sensitivity = found(asked);
  const Effect& service = effect(asked, sensitivity, "kernels.request.demand");
  check_holds(service, -1.0, 0.02);
  CHECK(effect(asked, sensitivity, "service.load.connections").influence != Influence::moves);
}

/* n connections that only wait: X = n / w, T = w, whatever the CPU costs nothing. */
TEST_CASE("A closed loop that only waits depends on the wait and on how many wait") {
  const TrialParameters at = closed(profile({wait(exponential(20.0 * ms))}), runtime("processes", 16), 8);
  const SensitivityQuestion asked = question(at, Metric::throughput, 50.0);
  const Sensitivity sensitivity = found(asked);
  check_holds(effect(asked, sensitivity, "kernels.request.wait"), -1.0, 0.05);
  check_holds(effect(asked, sensitivity, "service.load.connections"), 1.0, 0.05);
  CHECK(effect(asked, sensitivity, "node.cores").influence == Influence::none);
  CHECK(effect(asked, sensitivity, "processes").influence == Influence::none);
}

TEST_CASE("What a deployment does not use is no input") {
  const auto has = [](const std::vector<Input>& inputs, std::string_view path) {
    return std::ranges::find(inputs, path, &Input::path) != inputs.end();
  };
  const Profile measured = with_measured_lock(profile({lock(1.0 * ms, 10.0), wait(5.0 * ms)}));
  const TrialParameters processes = open(measured, runtime("processes", 2), 100.0);
  const TrialParameters threads = open(measured, runtime("gil_threads", 1, 4), 100.0);
  const std::vector<Input> of_processes = models::inputs_of(processes, measured, false);
  const std::vector<Input> of_threads = models::inputs_of(threads, measured, false);
  CHECK_FALSE(has(of_processes, "lock.handover_cpu"));
  CHECK_FALSE(has(of_processes, "kernels.request.releases"));
  CHECK_FALSE(has(of_processes, "threads"));
  CHECK(has(of_processes, "processes"));
  CHECK(has(of_threads, "lock.handover_cpu"));
  CHECK(has(of_threads, "kernels.request.releases"));
  CHECK(has(of_threads, "threads"));
  CHECK_FALSE(has(of_threads, "threads.contention"));
}

TEST_CASE("Phases of a kernel are varied together, in proportion") {
  const Profile two = profile({cpu(1.0 * ms), wait(5.0 * ms), cpu(3.0 * ms)});
  TrialParameters at = open(two, runtime("processes", 1), 10.0);
  const std::vector<Input> inputs = models::inputs_of(at, two, false);
  const auto demand = std::ranges::find(inputs, std::string("kernels.request.demand"), &Input::path);
  REQUIRE(demand != inputs.end());
  CHECK(demand->value == doctest::Approx(4e-3));
  demand->set(at, 8e-3);
  CHECK(at.profile.kernels[0].phases[0].time.mean.value.seconds == doctest::Approx(2e-3));
  CHECK(at.profile.kernels[0].phases[1].time.mean.value.seconds == 5e-3);
  CHECK(at.profile.kernels[0].phases[2].time.mean.value.seconds == doctest::Approx(6e-3));
}

TEST_CASE("A step keeps to what makes sense: whole numbers, at least one thing, shares up to all") {
  Input things;
  things.whole = true;
  things.least = 1.0;
  things.value = 4.0;
  CHECK(models::step_around(things, 0.05).below == 3.0);
  CHECK(models::step_around(things, 0.05).above == 5.0);
  things.value = 1.0;
  CHECK(models::step_around(things, 0.05).below == 1.0);
  CHECK(models::step_around(things, 0.05).above == 2.0);
  things.value = 200.0;
  CHECK(models::step_around(things, 0.05).above == 210.0);
  Input share;
  share.most = 1.0;
  share.value = 0.99;
  CHECK(models::step_around(share, 0.05).above == 0.99);
  CHECK(models::step_around(share, 0.05).below == doctest::Approx(0.99 / 1.05));
}

/* X = 1 / s: between 4 and 6 ms it goes from 250 to 167 per second, 42 % of the 200 at 5 ms. A known number
 * does not swing. */
TEST_CASE("What is left open of a number swings the answer, and is ranked by it") {
  TrialParameters at =
      closed(profile({cpu(exponential(5.0 * ms)), wait(1.0 * ms)}), runtime("processes", 4), 8);
  SensitivityQuestion asked = question(at, Metric::throughput, 50.0);
  input(asked, "kernels.request.demand").low = 4e-3;
  input(asked, "kernels.request.demand").high = 6e-3;
  input(asked, "kernels.request.wait").low = 0.99e-3;
  input(asked, "kernels.request.wait").high = 1.01e-3;
  asked.setting.at.node.cores = 1;
  const Sensitivity sensitivity = found(asked);
  const Effect& first = sensitivity.effects.front();
  CHECK(asked.inputs[first.input].path == "kernels.request.demand");
  REQUIRE(first.swing);
  CHECK(first.swing->at_low == relative(250.0, 0.02));
  CHECK(first.swing->at_high == relative(166.7, 0.02));
  CHECK(first.swing->share == relative(0.417, 0.03));
  CHECK(first.swing->proven());
  REQUIRE(effect(asked, sensitivity, "kernels.request.wait").swing);
  CHECK_FALSE(effect(asked, sensitivity, "kernels.request.wait").swing->proven());
  CHECK_FALSE(effect(asked, sensitivity, "processes").swing);
}

TEST_CASE("What a step takes from zero to something is no input without an effect") {
  SensitivityQuestion asked = question(mm1(10.0), Metric::timed_out, 20.0, 4);
  Input timeout;
  timeout.path = "service.timeout";
  timeout.value = 1.0;
  timeout.low = 0.99;
  timeout.high = 1.01;
  timeout.set = [](TrialParameters& at, double value) {
    if (value > 1.02) at.service.timeout = Duration{1e-4};
  };
  asked.inputs = {timeout};
  const Sensitivity sensitivity = found(asked);
  const Effect& only = sensitivity.effects.front();
  CHECK(std::isnan(only.elasticity));
  CHECK(only.influence == Influence::not_proven);
  REQUIRE(only.swing);
  CHECK(only.swing->at_low == only.swing->at_high);
}

TEST_CASE("A number that is zero is asked about where an interval says how far it may be from it") {
  Profile some = free_threaded({cpu(exponential(5.0 * ms))});
  some.threads.contention = {0.0, 0.0, 0.5, models::Basis::derived, "a guess"};
  TrialParameters at = closed(some, runtime("free_threads", 1, 4), 4);
  at.node.cores = 2;
  at.profile = models::at_middle(some);
  SensitivityQuestion asked = question(at, Metric::throughput, 20.0);
  asked.inputs = models::inputs_of(at, some, false);
  const Sensitivity sensitivity = found(asked);
  const Effect& contention = effect(asked, sensitivity, "threads.contention");
  CHECK(std::isnan(contention.elasticity));
  CHECK(contention.influence == Influence::moves);
  REQUIRE(contention.swing);
  CHECK(contention.swing->at_low > contention.swing->at_high);
}

/* Work on one core: capacity at an SLO that hardly matters is nearly 1 / s. */
TEST_CASE("The capacity is an answer, too") {
  SensitivityQuestion asked = question(mm1(10.0), Metric::throughput, 10.0, 6);
  asked.answers = {Answer::of_capacity(models::LoadAxis::rate)};
  asked.slo.p99 = Duration{2.0};
  std::erase_if(asked.inputs, [](const Input& one) { return one.path != "kernels.request.demand"; });
  const Sensitivity sensitivity = found(asked);
  const Effect& service = effect(asked, sensitivity, "kernels.request.demand");
  CHECK(service.influence == Influence::moves);
  CHECK(service.elasticity == relative(-1.0, 0.1));
}

/* As many containers as the load asks for, each at its price: cost = price load / capacity. */
TEST_CASE("The cost grows with the load and falls as the capacity rises") {
  SensitivityQuestion asked = question(mm1(100.0), Metric::throughput, 10.0, 6);
  asked.answers = {Answer::of_cost({}, 50.0), Answer::of_capacity(models::LoadAxis::rate)};
  asked.slo.p99 = Duration{2.0};
  std::erase_if(asked.inputs, [](const Input& one) {
    return one.path != "kernels.request.demand" && one.path != "service.load";
  });
  models::RunOptions options;
  const std::vector<Sensitivity> both = models::find_sensitivity(asked, options);
  CHECK(both[0].mean == relative(50.0 * 100.0 / both[1].mean, 0.02));
  CHECK(effect(asked, both[0], "service.load").elasticity == doctest::Approx(1.0));
  CHECK(effect(asked, both[0], "kernels.request.demand").elasticity ==
        relative(-effect(asked, both[1], "kernels.request.demand").elasticity, 0.02));
}

TEST_CASE("The same elasticities for one job and for three") {
  const SensitivityQuestion asked = question(mm1(25.0), Metric::latency_p99, 20.0);
  const Sensitivity one = found(asked, 1);
  const Sensitivity three = found(asked, 3);
  REQUIRE(one.effects.size() == three.effects.size());
  for (std::size_t i = 0; i < one.effects.size(); ++i) {
    CHECK(one.effects[i].input == three.effects[i].input);
    CHECK(one.effects[i].elasticity == three.effects[i].elasticity);
    CHECK(one.effects[i].half_width == three.effects[i].half_width);
  }
}
