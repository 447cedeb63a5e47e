// SPDX-License-Identifier: MIT
// Arrival processes against their first two moments. Each tolerance is 4 sigma of the estimate, which the comment
// beside it derives: a correct process with another seed fails once in 16,000.
#include "models/workload/arrivals.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "sim/stats/tally.hpp"
#include "tests/models/relative.hpp"

namespace {

using models::ArrivalProcess;
using models::Duration;
using models::Load;
using models::TimePoint;

constexpr double rate = 50.0;

Load open_load(ArrivalProcess process) {
  Load load;
  load.open = models::Rate{rate};
  load.arrivals = process;
  return load;
}

std::vector<double> arrival_times(const Load& load, std::size_t count, std::uint64_t seed = 1) {
  const auto arrivals = models::make_arrivals(load, sim::Stream(seed, 0, "arrivals", 0));
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) times.push_back(arrivals->next().seconds);
  return times;
}

struct Gaps {
  double mean = 0.0;
  double scv = 0.0;
};

Gaps gaps_of(const std::vector<double>& times) {
  double sum = 0.0;
  double squares = 0.0;
  double last = 0.0;
  for (const double time : times) {
    sum += time - last;
    squares += (time - last) * (time - last);
    last = time;
  }
  const double n = static_cast<double>(times.size());
  const double mean = sum / n;
  return {mean, (squares / n - mean * mean) / (mean * mean)};
}

std::size_t arrivals_before(const Load& load, double end, std::uint64_t seed) {
  const auto arrivals = models::make_arrivals(load, sim::Stream(seed, 0, "arrivals", 0));
  std::size_t count = 0;
  while (arrivals->next().seconds < end) ++count;
  return count;
}

}  // namespace

TEST_CASE("Poisson arrivals have exponential gaps of the stated rate") {
  constexpr std::size_t n = 200'000;
  const Gaps gaps = gaps_of(arrival_times(open_load(ArrivalProcess::poisson), n));
  // sd of the mean: 1 / sqrt(n) of it. The scv has (delta method, central moments mu4 = 9,
  // mu3 = 2) variance (9 - 1 - 4 * 2 + 4) / n = 4 / n.
  CHECK(gaps.mean == built::relative(1.0 / rate, 4.0 / std::sqrt(double{n})));
  CHECK(std::abs(gaps.scv - 1.0) < 4.0 * 2.0 / std::sqrt(double{n}));
}

TEST_CASE("Deterministic arrivals come like a metronome") {
  const std::vector<double> times = arrival_times(open_load(ArrivalProcess::deterministic), 1000);
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(times[i] == built::relative(static_cast<double>(i + 1) / rate, 1e-12));
  }
}

TEST_CASE("Gamma arrivals have the stated rate and scv, burstier and calmer than Poisson") {
  for (const double scv : {0.25, 4.0}) {
    constexpr std::size_t n = 200'000;
    Load load = open_load(ArrivalProcess::gamma);
    load.scv = scv;
    const Gaps gaps = gaps_of(arrival_times(load, n));
    CAPTURE(scv);
    // Gamma with shape k = 1/scv: variance of the scv's estimate is (delta method, mu4 = 3 scv^2 + 6 scv^3,
    // mu3 = 2 scv^2) scv^2 (2 + 6 scv - 8 scv + 4 scv) = scv^2 (2 + 2 scv), over n.
    CHECK(gaps.mean == built::relative(1.0 / rate, 4.0 * std::sqrt(scv / double{n})));
    CHECK(std::abs(gaps.scv - scv) < 4.0 * scv * std::sqrt((2.0 + 2.0 * scv) / double{n}));
  }
}

TEST_CASE("A bursty process keeps the mean rate: bursts take from the calm") {
  // Counts over many cycles are near normal. Per cycle (mean 20 s) the count varies by the burst's and the calm's
  // exponential lengths: sd of a cycle's count below the mean count, so sd of the mean rate over m cycles < 1/sqrt(m).
  Load load = open_load(ArrivalProcess::mmpp);
  load.burst_factor = models::Factor{9.0};
  load.burst_length = Duration{2.0};
  load.burst_every = Duration{20.0};
  constexpr double cycles = 4000.0;
  const double end = cycles * load.burst_every.seconds;
  const double found = static_cast<double>(arrivals_before(load, end, 1)) / end;
  CHECK(found == built::relative(rate, 4.0 / std::sqrt(cycles)));
}

TEST_CASE("Within a bursty process the index of dispersion is that of two rates") {
  // MMPP with two states (rates r1, r2, leaving rates s1, s2): the variance-to-mean ratio of long counts is
  //   1 + 2 (r1 - r2)^2 s1 s2 / ((s1 + s2)^2 (r1 s2 + r2 s1)).
  // Fischer and Meier-Hellstern 1992. Here b = 0.1, f = 9: r_calm = 50 / 1.8, r_burst = 250; s_burst = 1/2,
  // s_calm = 1/18.
  Load load = open_load(ArrivalProcess::mmpp);
  load.burst_factor = models::Factor{9.0};
  load.burst_length = Duration{2.0};
  load.burst_every = Duration{20.0};
  const double calm = rate / 1.8;
  const double burst = 9.0 * calm;
  const double leave_burst = 1.0 / 2.0;
  const double leave_calm = 1.0 / 18.0;
  const double exact = 1.0 + 2.0 * (burst - calm) * (burst - calm) * leave_burst * leave_calm /
                                 ((leave_burst + leave_calm) * (leave_burst + leave_calm) *
                                  (burst * leave_calm + calm * leave_burst));
  sim::Tally counts;
  constexpr int windows = 1000;
  constexpr double length = 400.0;
  for (int seed = 0; seed < windows; ++seed) {
    counts.add(static_cast<double>(arrivals_before(load, length, static_cast<std::uint64_t>(seed))));
  }
  // Counts of 20 cycles are a little skewed: sd of the variance's estimate near sqrt(2/n) of it, 4.5 %; transient
  // (length against 1 / (s1 + s2) = 1.8 s) lowers the ratio by 1.8 / 400 = 0.45 %.
  CHECK(counts.variance() / counts.mean() == built::relative(exact, 4.0 * 0.05));
}

TEST_CASE("A daily curve has its mean over whole days, its trough at midnight and its peak at noon") {
  Load load = open_load(ArrivalProcess::diurnal);
  load.day = Duration{1000.0};
  load.amplitude = models::Fraction{0.8};
  constexpr int days = 40;
  const auto arrivals = models::make_arrivals(load, sim::Stream(1, 0, "arrivals", 0));
  std::vector<double> by_quarter(4, 0.0);  // centred on 0, 1/4, 1/2, 3/4 of a day
  double total = 0.0;
  for (;;) {
    const double time = arrivals->next().seconds;
    if (time >= days * 1000.0) break;
    const double turn = std::fmod(time, 1000.0) / 1000.0;
    by_quarter[static_cast<std::size_t>(turn * 4.0 + 0.5) % 4] += 1.0;
    total += 1.0;
  }
  // Over the quarter around x the mean of 1 - a cos(2 pi t) is 1 - a cos(2 pi x) sin(pi/4) / (pi/4) = 1 -+ 0.9003 a.
  const double expected = rate * days * 1000.0;
  const double swing = 0.8 * std::sin(M_PI / 4.0) / (M_PI / 4.0);
  CHECK(total == built::relative(expected, 4.0 / std::sqrt(expected)));
  CHECK(by_quarter[0] == built::relative(expected / 4.0 * (1.0 - swing), 4.0 / std::sqrt(expected / 16.0)));
  CHECK(by_quarter[1] == built::relative(expected / 4.0, 4.0 / std::sqrt(expected / 4.0)));
  CHECK(by_quarter[2] == built::relative(expected / 4.0 * (1.0 + swing), 4.0 / std::sqrt(expected / 4.0)));
  CHECK(by_quarter[3] == built::relative(expected / 4.0, 4.0 / std::sqrt(expected / 4.0)));
}

TEST_CASE("A trace is replayed to the letter and then ends") {
  Load load;
  load.trace = "recorded.csv";
  load.trace_times = {0.0, 0.25, 0.25, 7.5};
  const auto arrivals = models::make_arrivals(load, sim::Stream(1, 0, "arrivals", 0));
  for (const double time : load.trace_times) CHECK(arrivals->next() == TimePoint{time});
  CHECK(arrivals->next() == TimePoint::never());
  CHECK(arrivals->next() == TimePoint::never());
}

TEST_CASE("The registry of arrival processes is in the order of its enumerator") {
  for (const models::ArrivalInfo& info : models::arrival_processes()) {
    CHECK(models::words(info.process)[static_cast<std::size_t>(info.process)] == info.name);
    CHECK(&models::arrival_processes()[static_cast<std::size_t>(info.process)] == &info);
  }
}
