// SPDX-License-Identifier: MIT
// What is spent on a trial is bounded in events, whatever a scenario asks for.
#include <doctest/doctest.h>

#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

// One worker of 67 requests/s under 300/s: its backlog stays full, and nobody waits the 30 s until it answers.
TrialParameters hopeless() {
  TrialParameters parameters = open(built::profile({cpu(Duration{0.015})}), server("gunicorn_sync", 1), 300.0);
  parameters.service.timeout = Duration{0.2};
  parameters.service.retries = 3;
  return parameters;
}

}  // namespace

TEST_CASE("A window of a service that answers nobody is bounded by what it costs, not by answers") {
  const models::PilotSettings settings{.requests = 20000, .periods = 50, .events = 200'000};
  const models::Window window = models::choose_window(hopeless(), settings);
  CHECK(window.length > Duration{});
  const models::TrialResults results = models::simulate(hopeless(), window, 0);
  CHECK(results.events < 3 * settings.events);
  CHECK(of(results, Metric::error_rate) > 0.9);
}

TEST_CASE("A trial beyond its bound on events is refused with the name of its deployment") {
  models::Effort effort;
  effort.events = 10'000;
  CHECK_THROWS_WITH_AS(models::simulate(hopeless(), {Duration{}, Duration{1e6}}, 0, effort),
                       doctest::Contains("deployments.gunicorn_sync: 10000 events are simulated"),
                       models::TooManyEvents);
}

TEST_CASE("A trial stops within itself when it is asked to") {
  models::Effort effort;
  effort.stop_requested = [] { return true; };
  CHECK(models::simulate(hopeless(), {Duration{}, Duration{1e7}}, 0, effort).interrupted);
}

TEST_CASE("A window of a load that outruns a service without a queue limit is bounded by who waits in it") {
  TrialParameters parameters = open(built::profile({cpu(Duration{0.01})}), runtime("mn_tasks", 1), 10'000.0);
  const models::PilotSettings settings{.requests = 20000, .periods = 50, .requests_at_once = 5000};
  const models::Window window = models::choose_window(parameters, settings);
  // At most 100 requests/s leave, so that 5,000 wait after half a second; the pilot looks at times that double.
  CHECK(window.length < Duration{3.0});
  models::Effort effort;
  effort.requests_at_once = 5000;
  CHECK_THROWS_WITH_AS(models::simulate(parameters, {Duration{}, Duration{1e6}}, 0, effort),
                       doctest::Contains("requests are waiting at once"), models::TooManyEvents);
}
