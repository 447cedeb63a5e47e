// SPDX-License-Identifier: MIT
// Replication k holds up to X_k. What must come out is the (1 - p)-quantile of the X_k, inside its interval as often as
// the interval promises, for few probes.
#include "sim/experiment/root_search.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "sim/random/stream.hpp"

namespace {

using sim::Axis;
using sim::Probe;
using sim::Root;
using sim::RootQuestion;

constexpr double infinite = std::numeric_limits<double>::infinity();

// Nothing but whether it holds.
template <class Threshold>
sim::Margins up_to(Threshold threshold) {
  return [threshold](std::span<const Probe> probes) {
    std::vector<double> margins;
    for (const Probe& probe : probes) margins.push_back(probe.x <= threshold(probe) ? infinite : -infinite);
    return margins;
  };
}

double normal(std::uint64_t seed, std::uint64_t replication) {
  return sim::Stream(seed, replication, "threshold", 0).normal();
}

RootQuestion ratios() {
  RootQuestion question;
  question.start = 100.0;
  question.lowest = 0.1;
  question.highest = 1e5;
  return question;
}

constexpr double z95 = 1.6448536269514722;   // the 5 % quantile of a standard normal is -z95

// X_k lognormal with its 5 % quantile at `root`.
sim::Margins lognormal(std::uint64_t seed, double root, double sigma) {
  return up_to([=](const Probe& probe) { return root * std::exp(sigma * (normal(seed, probe.replication) + z95)); });
}

// The same, and by how much: margins fall eight times as fast as x grows, faster beyond the limit, and with noise of
// their own at every level.
sim::Margins measured(std::uint64_t seed, double root, double sigma) {
  return [=](std::span<const Probe> probes) {
    std::vector<double> margins;
    for (const Probe& probe : probes) {
      const double threshold = root * std::exp(sigma * (normal(seed, probe.replication) + z95));
      const double away = std::log(threshold / probe.x);
      const auto level = static_cast<std::uint64_t>(probe.x * 1e6);
      const double noise = std::exp(0.3 * sim::Stream(seed, probe.replication, "margin", level).normal());
      margins.push_back(8.0 * noise * (away >= 0.0 ? away : away - 40.0 * away * away));
    }
    return margins;
  };
}

using Law = sim::Margins (*)(std::uint64_t seed, double root, double sigma);

int covered(Law law, int seeds, double root, double sigma) {
  int found = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    const Root answer = sim::find_root(ratios(), law(static_cast<std::uint64_t>(seed), root, sigma));
    found += answer.low <= root && root <= answer.high ? 1 : 0;
    CHECK(answer.low <= answer.value);
    CHECK(answer.value <= answer.high);
    CHECK(answer.high / answer.low < 1.0 + 20.0 * sigma);
  }
  return found;
}

// X_k uniform on [root - 0.1, root + 0.1]: their median, on a linear axis that crosses zero.
int covered_median(int seeds, double root) {
  RootQuestion question;
  question.axis = Axis::linear;
  question.lowest = -1.0;
  question.start = 0.0;
  question.highest = 1.0;
  question.step = 0.25;
  question.probability = 0.5;
  question.precision = 0.01;
  question.counts = {16, 32, 64};
  int found = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    const Root answer = sim::find_root(question, up_to([&](const Probe& probe) {
      return root - 0.1 + 0.2 * sim::Stream(static_cast<std::uint64_t>(seed), probe.replication, "threshold", 0).uniform();
    }));
    found += answer.low <= root && root <= answer.high ? 1 : 0;
  }
  return found;
}

}  // namespace

TEST_CASE("Ranks that enclose a quantile are those of the binomial law") {
  // Six tosses: P(1 <= B < 6) = 1 - 2 / 64; no narrower pair reaches 95 %.
  const sim::Ranks six = sim::quantile_ranks(6, 0.5, 0.95);
  CHECK(six.low == 1);
  CHECK(six.high == 6);
  CHECK(six.coverage == doctest::Approx(62.0 / 64.0).epsilon(1e-12));
  // Five are too few: P(1 <= B < 5) = 1 - 2 / 32.
  CHECK(sim::quantile_ranks(5, 0.5, 0.95).coverage == doctest::Approx(30.0 / 32.0).epsilon(1e-12));
  // 60 replications see no failure below the 5 % quantile with probability 0.95^60.
  const sim::Ranks sixty = sim::quantile_ranks(60, 0.05, 0.95);
  CHECK(sixty.low == 1);
  CHECK(sixty.coverage <= 1.0 - std::pow(0.95, 60));
  CHECK(sixty.coverage >= 0.95);
}

TEST_CASE("Without noise the root is found to the precision, wherever the search begins") {
  for (const double start : {0.1, 1.0, 7.0, 900.0, 1e5}) {
    RootQuestion question = ratios();
    question.start = start;
    const Root root = sim::find_root(question, up_to([](const Probe&) { return 7.3; }));
    CAPTURE(start);
    CHECK(root.place == Root::Place::within);
    CHECK(root.low <= 7.3);
    CHECK(7.3 <= root.high);
    CHECK(std::abs(root.value / 7.3 - 1.0) < 0.02);
    CHECK(root.precise);
  }
}

TEST_CASE("A root in whole numbers is the last one that holds") {
  RootQuestion question = ratios();
  question.axis = Axis::whole;
  question.lowest = 1.0;
  for (const double last : {1.0, 2.0, 3.0, 17.0, 1000.0}) {
    CAPTURE(last);
    question.start = 8.0;
    const Root root = sim::find_root(question, up_to([&](const Probe&) { return last; }));
    CHECK(root.place == Root::Place::within);
    CHECK(std::abs(root.value / last - 1.0) < 0.02);
    if (last < 50.0) CHECK(root.value == last);
    CHECK(root.value == std::floor(root.value));
  }
}

TEST_CASE("What never holds and what always does is outside") {
  const Root never = sim::find_root(ratios(), up_to([](const Probe&) { return 0.01; }));
  CHECK(never.place == Root::Place::below);
  CHECK(never.value == 0.1);
  const Root always = sim::find_root(ratios(), up_to([](const Probe&) { return 1e9; }));
  CHECK(always.place == Root::Place::above);
  CHECK(always.value == 1e5);
}

TEST_CASE("A probability that no x reaches is outside, although some replications hold") {
  // Nine of ten hold up to 50, the tenth never: no x holds with probability 0.95.
  const Root root = sim::find_root(ratios(), up_to([](const Probe& probe) { return probe.replication % 10 == 9 ? 0.0 : 50.0; }));
  CHECK(root.place == Root::Place::below);
}

TEST_CASE("The answer depends only on the answers, and probes are never asked twice") {
  std::set<std::pair<double, std::size_t>> asked;
  const sim::Margins plain = lognormal(3, 40.0, 0.02);
  const Root one = sim::find_root(ratios(), [&](std::span<const Probe> probes) {
    for (const Probe& probe : probes) CHECK(asked.insert({probe.x, probe.replication}).second);
    return plain(probes);
  });
  const Root other = sim::find_root(ratios(), plain);
  CHECK(one.value == other.value);
  CHECK(one.low == other.low);
  CHECK(one.probes == asked.size());
}

TEST_CASE("Noise of one percent costs less than two probes a replication") {
  std::size_t probes = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Root root = sim::find_root(ratios(), lognormal(seed, 40.0, 0.01));
    CHECK(root.precise);
    probes += root.probes;
  }
  CHECK(probes / 20 < 120);
}

TEST_CASE("More noise is answered with more replications, and said where they do not suffice") {
  const Root little = sim::find_root(ratios(), lognormal(1, 40.0, 0.01));
  const Root more = sim::find_root(ratios(), lognormal(1, 40.0, 0.04));
  CHECK(more.probes > little.probes);
  CHECK_FALSE(sim::find_root(ratios(), lognormal(1, 40.0, 0.5)).precise);
}

TEST_CASE("The root lies in its interval: 40 seeds") {
  // 95 % less 3 sigma of 40 seeds: at least 34.
  CHECK(covered(lognormal, 40, 33.0, 0.03) >= 34);
  CHECK(covered(measured, 40, 33.0, 0.03) >= 34);
  CHECK(covered_median(40, 0.2) >= 34);
}

TEST_SUITE("slow") {
  TEST_CASE("The root lies in its interval as often as promised: 400 seeds") {
    // 95 % less 3 sigma: 91.7 %. Ends are rounded outwards, so it may be more often.
    for (const double sigma : {0.01, 0.05, 0.3}) {
      CAPTURE(sigma);
      CHECK(covered(lognormal, 400, 33.0, sigma) >= 367);
      CHECK(covered(measured, 400, 33.0, sigma) >= 367);
    }
    for (const double root : {-0.55, 0.2}) CHECK(covered_median(400, root) >= 367);
  }

  TEST_CASE("The root lies in its interval where a replication is not quite monotone") {
    // X_k as before, and at every level another tenth of its spread.
    constexpr double sigma = 0.03;
    int found = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      const Root root = sim::find_root(ratios(), up_to([&](const Probe& probe) {
        const auto level = static_cast<std::uint64_t>(probe.x * 1e6);
        const double wobble = 0.1 * sim::Stream(seed, probe.replication, "wobble", level).normal();
        return 33.0 * std::exp(sigma * (normal(seed, probe.replication) + wobble + z95 * std::sqrt(1.01)));
      }));
      found += root.low <= 33.0 && 33.0 <= root.high ? 1 : 0;
    }
    CHECK(found >= 367);
  }
}
