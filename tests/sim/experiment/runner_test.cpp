// SPDX-License-Identifier: MIT
#include "sim/experiment/runner.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace {

// A uniform number from a key (the finaliser of splitmix64): enough of a simulation for a runner.
double uniform(std::uint64_t key) {
  key = (key + 1) * 0x9e3779b97f4a7c15;
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9;
  key = (key ^ (key >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((key ^ (key >> 31)) >> 11) * 0x1p-53;
}

// A metric of mean 1 with the given spread; another that is NaN and one that is zero; unequal run times.
sim::Trial noisy(std::uint64_t id, double spread, sim::StoppingRule stopping) {
  const auto replicate = [id, spread](std::size_t replication) {
    const double u = uniform(id * 1000003 + replication);
    double work = 0.0;
    for (int i = 0; i < static_cast<int>(20000 * u); ++i) work += std::sqrt(static_cast<double>(i));
    return std::vector<double>{1.0 + spread * (u - 0.5), work, std::nan(""), 0.0};
  };
  return {replicate, std::move(stopping)};
}

sim::StoppingRule rule(double precision) {
  return {
      .precision = precision, .minimum = 10, .maximum = 200, .batch = 5, .metrics = {0, 2, 3}, .exactly = {}};
}

bool same_bytes(const std::vector<sim::TrialResult>& a, const std::vector<sim::TrialResult>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t t = 0; t < a.size(); ++t) {
    if (a[t].precise != b[t].precise || a[t].interrupted != b[t].interrupted) return false;
    if (a[t].observations.size() != b[t].observations.size()) return false;
    for (std::size_t r = 0; r < a[t].observations.size(); ++r) {
      const auto& x = a[t].observations[r];
      const auto& y = b[t].observations[r];
      if (x.size() != y.size() || std::memcmp(x.data(), y.data(), x.size() * sizeof(double)) != 0)
        return false;
    }
  }
  return true;
}

std::vector<sim::Trial> experiment() {
  std::vector<sim::Trial> trials;
  for (std::uint64_t id = 0; id < 12; ++id) {
    trials.push_back(noisy(id, 0.05 + 0.1 * static_cast<double>(id), rule(0.02)));
  }
  return trials;
}

}  // namespace

TEST_CASE("results do not depend on the number of jobs") {
  const auto trials = experiment();
  const auto one = sim::run(trials, {.jobs = 1, .on_replication = {}, .stop_requested = {}});
  for (const int jobs : {0, 2, 7}) {
    CHECK(same_bytes(one, sim::run(trials, {.jobs = jobs, .on_replication = {}, .stop_requested = {}})));
  }
  // Not because nothing happens: precision took different numbers of replications.
  CHECK(one.front().observations.size() == 10);
  CHECK(one.back().observations.size() > 50);
}

TEST_CASE("a trial's results do not depend on the other trials") {
  const auto trials = experiment();
  const auto together = sim::run(trials, {.jobs = 3, .on_replication = {}, .stop_requested = {}});
  for (std::size_t t = 0; t < trials.size(); ++t) {
    const auto alone =
        sim::run(std::span(trials).subspan(t, 1), {.jobs = 2, .on_replication = {}, .stop_requested = {}});
    CHECK(same_bytes(alone, {together[t]}));
  }
}

// A spread w of a uniform has sigma w/sqrt(12); 2 % of the mean needs about (1.96 * 0.3464 / 0.02)^2 = 1153 >
// 200.
TEST_CASE("an unreachable precision stops at the maximum and says so") {
  const std::vector<sim::Trial> trials{noisy(1, 1.2, rule(0.02)), noisy(2, 0.0, rule(0.02))};
  const auto results = sim::run(trials, {});
  CHECK(results[0].observations.size() == 200);
  CHECK_FALSE(results[0].precise);
  CHECK_FALSE(results[0].interrupted);
  CHECK(results[1].observations.size() == 10);
  CHECK(results[1].precise);
}

TEST_CASE("decisions fall on whole batches, the first at the minimum") {
  const auto results = sim::run(experiment(), {});
  for (const auto& result : results) CHECK(result.observations.size() % 5 == 0);
  const sim::StoppingRule stopping = rule(0.02);
  CHECK(stopping.next_decision(0) == 10);
  CHECK(stopping.next_decision(10) == 15);
  CHECK(stopping.next_decision(198) == 200);
  CHECK(stopping.next_decision(200) == 200);
}

TEST_CASE("exactly so many replications means exactly so many") {
  sim::StoppingRule stopping = rule(1e-9);
  stopping.exactly = 3;
  const std::vector<sim::Trial> trials{noisy(1, 1.0, stopping)};
  const auto results = sim::run(trials, {});
  CHECK(results[0].observations.size() == 3);
  CHECK_FALSE(results[0].precise);
  CHECK_FALSE(results[0].interrupted);
}

TEST_CASE("an interrupted run keeps whole prefixes and says so") {
  const auto trials = experiment();
  const auto whole = sim::run(trials, {});
  std::atomic<int> started = 0;
  const auto stop_after_40 = [&started] { return started.fetch_add(1) >= 40; };
  const auto part = sim::run(trials, {.jobs = 4, .on_replication = {}, .stop_requested = stop_after_40});
  std::size_t kept = 0;
  bool any_interrupted = false;
  for (std::size_t t = 0; t < trials.size(); ++t) {
    kept += part[t].observations.size();
    any_interrupted = any_interrupted || part[t].interrupted;
    REQUIRE(part[t].observations.size() <= whole[t].observations.size());
    CHECK((part[t].interrupted || part[t].observations.size() == whole[t].observations.size()));
    for (std::size_t r = 0; r < part[t].observations.size(); ++r) {
      CHECK(part[t].observations[r][0] == whole[t].observations[r][0]);
    }
  }
  CHECK(any_interrupted);
  CHECK(kept == 40);
}

TEST_CASE("progress is reported one call at a time and ends complete") {
  const auto trials = experiment();
  std::atomic<int> inside = 0;
  bool overlapped = false;
  std::size_t calls = 0;
  std::vector<std::size_t> done(trials.size()), expected(trials.size());
  const auto results = sim::run(trials, {.jobs = 7,
                                         .on_replication =
                                             [&](std::size_t trial, std::size_t finished, std::size_t all) {
                                               overlapped = overlapped || inside.fetch_add(1) != 0;
                                               std::this_thread::yield();
                                               ++calls;
                                               CHECK(finished == done[trial] + 1);
                                               CHECK(finished <= all);
                                               done[trial] = finished;
                                               expected[trial] = all;
                                               inside.fetch_sub(1);
                                             },
                                         .stop_requested = {}});
  CHECK_FALSE(overlapped);
  std::size_t replications = 0;
  for (std::size_t t = 0; t < trials.size(); ++t) {
    replications += results[t].observations.size();
    CHECK(done[t] == results[t].observations.size());
    CHECK(expected[t] == done[t]);
  }
  CHECK(calls == replications);
}

TEST_CASE("an exception of a replication leaves the run") {
  const std::vector<sim::Trial> trials{
      {[](std::size_t replication) -> std::vector<double> {
         if (replication == 7) throw std::runtime_error("seven");
         return {1.0};
       },
       {.precision = 0.1, .minimum = 20, .maximum = 20, .batch = 1, .metrics = {0}, .exactly = {}}}};
  CHECK_THROWS_WITH_AS(sim::run(trials, {.jobs = 3, .on_replication = {}, .stop_requested = {}}), "seven",
                       std::runtime_error);
}

TEST_CASE("no trials give no results") {
  CHECK(sim::run({}, {}).empty());
}

TEST_CASE("a replication that was interrupted is no observation and lets no other start") {
  std::atomic<int> asked{0};
  const auto replicate = [&](std::size_t replication) {
    ++asked;
    return replication < 3 ? std::vector<double>{1.0, 1.0, 1.0, 1.0} : std::vector<double>{};
  };
  const std::vector<sim::Trial> trials{{replicate, rule(0.02)}};
  const std::vector<sim::TrialResult> results = sim::run(trials, {1, {}, {}});
  CHECK(results[0].observations.size() == 3);
  CHECK(results[0].interrupted);
  CHECK(asked == 4);
}
