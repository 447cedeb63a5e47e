// SPDX-License-Identifier: MIT
// Mean response of M/M/c with the work that customers bring as control: replications of 20,000 customers, as those of a
// run are, by the recursion of Kiefer and Wolfowitz. Service has mean 1 s.
#include "tests/bench/control_variate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/analytic/mmc.hpp"
#include "sim/random/stream.hpp"

namespace {

using models::analytic::MultiServerQueue;

struct Replication {
  double response = 0.0;
  // Mean service less mean gap between arrivals times their rate: it has mean zero. Where it is positive, more work came
  // in a second than usual.
  double control = 0.0;
};

Replication replicate(const MultiServerQueue& queue, std::uint64_t seed, std::uint64_t number) {
  constexpr int warm_up = 4000;
  constexpr int customers = 20'000;
  sim::Stream arrivals(seed, number, "arrival", 0);
  sim::Stream services(seed, number, "service", 0);
  std::vector<double> free_at(queue.servers, 0.0);
  double now = 0.0;
  Replication sum;
  for (int i = -warm_up; i < customers; ++i) {
    const double gap = arrivals.exponential() / queue.arrival_rate;
    const double service = services.exponential();
    now += gap;
    const auto first_free = std::ranges::min_element(free_at);
    *first_free = std::max(now, *first_free) + service;
    if (i < 0) continue;
    sum.response += *first_free - now;
    sum.control += service - queue.arrival_rate * gap;
  }
  return {sum.response / customers, sum.control / customers};
}

struct Seen {
  int covered = 0;
  double gain = 0.0;  // squared half widths without the control over those with it
};

// Over 400 seeds of ten replications each.
Seen over_seeds(const MultiServerQueue& queue) {
  Seen seen;
  double plain_squares = 0.0;
  double controlled_squares = 0.0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    std::vector<double> responses;
    std::vector<double> controls;
    for (std::uint64_t number = 0; number < 10; ++number) {
      const Replication replication = replicate(queue, seed, number);
      responses.push_back(replication.response);
      controls.push_back(replication.control);
    }
    plain_squares += std::pow(sim::t_interval(responses).half_width, 2.0);
    const sim::Interval controlled = bench::controlled_interval(responses, controls);
    controlled_squares += controlled.half_width * controlled.half_width;
    seen.covered += controlled.contains(queue.mean_response().seconds) ? 1 : 0;
  }
  seen.gain = plain_squares / controlled_squares;
  return seen;
}

}  // namespace

TEST_CASE("A control: the regression of four points by hand") {
  // c. = 1, y. = 6, S_cc = 20, S_yc = 36, S_yy = 66: b' = 1.8, two degrees of freedom for a residual of 1.2.
  const std::vector<double> controls{-2.0, 0.0, 2.0, 4.0};
  const std::vector<double> observations{0.0, 5.0, 8.0, 11.0};
  const sim::Interval interval = bench::controlled_interval(observations, controls);
  CHECK(interval.mean == doctest::Approx(6.0 - 1.8));
  CHECK(interval.half_width ==
        doctest::Approx(sim::t_quantile(2.0) * std::sqrt(1.2 / 2.0 * (1.0 / 4.0 + 1.0 / 20.0))));
}

TEST_SUITE("slow") {
  TEST_CASE(
      "With the work that customers bring as control the interval covers as promised, and is narrower") {
    // 3 sigma = 3 sqrt(.95 .05 / 400) = 3.3 %: in 91.7 to 98.3 % of the seeds.
    for (const MultiServerQueue& queue :
         {MultiServerQueue{1, 0.5, sim::Duration{1.0}}, MultiServerQueue{1, 0.8, sim::Duration{1.0}},
          MultiServerQueue{8, 6.4, sim::Duration{1.0}}}) {
      CAPTURE(queue.servers);
      CAPTURE(queue.utilization());
      const Seen seen = over_seeds(queue);
      CHECK(seen.covered >= 367);
      CHECK(seen.covered <= 393);
      CHECK(seen.gain > 1.3);
    }
  }
}
