// SPDX-License-Identifier: MIT
// A model has no hidden clock: with every time multiplied by a factor, every latency and CPU time is too.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "models/profile/numbers.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

TrialParameters slower(TrialParameters parameters, double factor) {
  models::for_each_number(parameters.profile, [factor](std::string_view, auto& number) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(number.value)>, Duration>) number.value *= factor;
  });
  models::Load& load = parameters.service.load;
  if (load.open) load.open->per_second /= factor;
  load.burst_length *= factor;
  load.burst_every *= factor;
  load.think_time *= factor;
  parameters.service.timeout *= factor;
  parameters.service.network *= factor;
  parameters.service.client.cpu *= factor;
  parameters.container.cpu_period *= factor;
  return parameters;
}

std::vector<TrialParameters> cases() {
  const auto shape = models::Shape::lognormal;
  const Profile kernel = with_measured_lock(profile(
      {lock(distribution(Duration{0.9e-3}, shape, 0.4), 6.0), wait(exponential(Duration{3e-3})), cpu(Duration{0.2e-3})}));
  Profile starving = kernel;
  starving.lock.present = false;
  starving.threads.starvation = models::assumed(models::Fraction{0.01});
  starving.threads.starvation_delay = models::assumed(Duration{0.03});
  std::vector<TrialParameters> result{
      closed(kernel, server("gunicorn_gthread", 2, 4), 16, Duration{2e-3}),
      closed(starving, server("gunicorn_gthread", 1, 8), 16),
      closed(kernel, server("uvicorn", 2), 16),
      closed(kernel, runtime("mn_tasks", 2), 16),
      closed(kernel, runtime("subinterpreters", 2, 3), 16),
      open(kernel, server("gunicorn_sync", 4), 400.0),
  };
  result.push_back(result.front());
  result.back().container.limits.cpu = models::Cores{0.75};
  result.back().service.client.cpu = Duration{60e-6};
  result.push_back(result[5]);
  result.back().service.load.arrivals = models::ArrivalProcess::mmpp;
  result.back().service.network = Duration{1e-3};
  return result;
}

constexpr std::array times{Metric::latency_mean, Metric::latency_p50, Metric::latency_p95,     Metric::latency_p99,
                           Metric::cpu_per_request, Metric::lock_wait, Metric::worker_wait};
constexpr std::array shares{Metric::cpu_used,         Metric::core_utilization, Metric::lock_utilization,
                            Metric::worker_utilization, Metric::throttled_time, Metric::handovers_per_request};

// Exactly equal, or both do not apply.
bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE("All times x 8 give results x 8, bit for bit") {
  int number = 0;
  for (const TrialParameters& parameters : cases()) {
    const auto plain = models::simulate(parameters, {Duration{1.0}, Duration{4.0}}, 0);
    const auto scaled = models::simulate(slower(parameters, 8.0), {Duration{8.0}, Duration{32.0}}, 0);
    CAPTURE(number++);
    CHECK(plain.requests > 100);
    CHECK(scaled.requests == plain.requests);
    CHECK(scaled.events == plain.events);
    for (const Metric metric : times) {
      CAPTURE(models::info(metric).name);
      CHECK(same(of(scaled, metric), 8.0 * of(plain, metric)));
    }
    for (const Metric metric : shares) {
      CAPTURE(models::info(metric).name);
      CHECK(same(of(scaled, metric), of(plain, metric)));
    }
    CHECK(of(scaled, Metric::throughput) * 8.0 == of(plain, Metric::throughput));
  }
}

TEST_CASE("All times x 10 give latencies x 10 to rounding, and quantiles within their sketch") {
  // 10 is no power of two: each time carries a rounding of 1e-16 more, which may swap two events at the same time, so
  // this holds for loads without ties.
  for (const TrialParameters& parameters :
       {closed(profile({lock(distribution(Duration{0.9e-3}, models::Shape::lognormal, 0.4), 6.0)}),
               server("gunicorn_gthread", 1, 4), 8, Duration{5e-3}),
        open(profile({cpu(exponential(Duration{3e-3}))}), server("gunicorn_sync", 2), 400.0)}) {
    const auto plain = models::simulate(parameters, {Duration{1.0}, Duration{10.0}}, 0);
    const auto scaled = models::simulate(slower(parameters, 10.0), {Duration{10.0}, Duration{100.0}}, 0);
    CHECK(of(scaled, Metric::latency_mean) == built::relative(10.0 * of(plain, Metric::latency_mean), 1e-9));
    CHECK(of(scaled, Metric::cpu_per_request) ==
          built::relative(10.0 * of(plain, Metric::cpu_per_request), 1e-9));
    CHECK(of(scaled, Metric::latency_p99) == built::relative(10.0 * of(plain, Metric::latency_p99), 0.005));
  }
}

TEST_CASE("The same parameters give the same bits again, another replication others") {
  for (const TrialParameters& parameters : cases()) {
    const models::Window window{Duration{1.0}, Duration{4.0}};
    const auto first = models::simulate(parameters, window, 3);
    const auto again = models::simulate(parameters, window, 3);
    const auto other = models::simulate(parameters, window, 4);
    for (std::size_t i = 0; i < first.observation.size(); ++i) CHECK(same(first.observation[i], again.observation[i]));
    CHECK(first.events == again.events);
    CHECK(of(other, Metric::latency_mean) != of(first, Metric::latency_mean));
  }
}
