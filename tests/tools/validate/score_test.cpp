// SPDX-License-Identifier: MIT
// The arithmetic of scores on runs made by hand, without a simulation.
#include "tools/validate/score.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/stats/median.hpp"
#include "tests/tools/validate/built_run.hpp"
#include "tools/validate/naive.hpp"
#include "tools/validate/summary.hpp"
#include "tools/validate/window.hpp"

namespace {

using namespace validation;
using doctest::Approx;
using validation_test::configuration;
using validation_test::run;

Prediction predicted(double rate) {
  Prediction prediction;
  prediction.values = {rate, 8.0 / rate, 16.0 / rate, 1e-3, 100e6, 110e6};
  return prediction;
}

MeasuredCase repeats(const models::Configuration& what, const std::vector<double>& rates) {
  MeasuredCase one{what, {}};
  for (const double rate : rates) one.runs.push_back(run(what, rate));
  return one;
}

Predictors shop() {
  Predictors predictors;
  predictors["shop"].profile.host.cores = 2;
  return predictors;
}

ScoredCase scored(const MeasuredCase& one, double prediction, const Predictors& predictors = shop()) {
  return score({one}, {predicted(prediction)}, predictors, {}).front();
}

}  // namespace

// Pairs of 100, 102, 110: 2, 8, 10; their median 8, over the median 102.
TEST_CASE("the test-retest spread is the median difference of two repeats over their median") {
  CHECK(test_retest_spread({100.0, 102.0, 110.0}) == Approx(8.0 / 102.0));
  CHECK(test_retest_spread({100.0, 120.0}) == Approx(20.0 / 110.0));
  CHECK(std::isnan(test_retest_spread({100.0})));
}

TEST_CASE("one wild repeat of five moves neither the median nor the spread far") {
  CHECK(sim::median({1000.0, 1001.0, 1002.0, 1003.0, 400.0}) == 1001.0);
  CHECK(test_retest_spread({1000.0, 1001.0, 1002.0, 1003.0, 400.0}) < 0.003);
}

TEST_CASE("the error is that of the prediction against the median of the repeats") {
  const ScoredCase one = scored(repeats(configuration(2, 4), {990.0, 1000.0, 1010.0, 1000.0, 2000.0}), 950.0);
  CHECK(one.standing == Standing::scored);
  CHECK(one.measured[throughput] == 1000.0);
  CHECK(one.error[throughput] == Approx(-0.05));
  CHECK(one.repeats == 5);
}

TEST_CASE("fewer than five windows, or windows of fewer than 2000 answers or 5 s, are not scored") {
  CHECK(scored(repeats(configuration(1, 1), {1000.0, 1000.0, 1000.0, 1000.0}), 1000.0).standing == Standing::too_short);
  CHECK(scored(repeats(configuration(1, 1), std::vector<double>(5, 399.0)), 1000.0).standing == Standing::too_short);
  CHECK(scored(repeats(configuration(1, 1), std::vector<double>(5, 400.0)), 1000.0).standing == Standing::scored);
  models::Configuration hasty = configuration(1, 1);
  hasty.window = models::Duration{4.9};
  CHECK(scored(repeats(hasty, std::vector<double>(5, 1000.0)), 1000.0).standing == Standing::too_short);
}

TEST_CASE("a case that a profile was fitted from is not scored, known by run or by configuration") {
  const MeasuredCase one = repeats(configuration(1, 1), std::vector<double>(5, 1000.0));
  Predictors by_configuration = shop();
  by_configuration["shop"].fitted = {configuration(1, 1)};
  by_configuration["shop"].fitted[0].window = models::Duration{2.0};
  CHECK(scored(one, 1000.0, by_configuration).standing == Standing::fitted);
  by_configuration["shop"].fitted[0].threads = 2;
  CHECK(scored(one, 1000.0, by_configuration).standing == Standing::scored);
  Predictors by_run = shop();
  by_run["shop"].profile.provenance.fitted_from = {"probe 7"};
  MeasuredCase marked = one;
  CHECK(scored(marked, 1000.0, by_run).standing == Standing::scored);
  marked.runs[3].id = "probe 7";
  CHECK(scored(marked, 1000.0, by_run).standing == Standing::fitted);
}

TEST_CASE("contaminated windows are set aside when enough quiet ones are there, else counted and marked") {
  MeasuredCase one = repeats(configuration(1, 1), {1000.0, 1000.0, 1000.0, 1000.0, 1000.0, 500.0});
  one.runs[5].other = {0.05};
  const ScoredCase quiet = scored(one, 1000.0);
  CHECK(quiet.repeats == 5);
  CHECK(quiet.contaminated == 0);
  CHECK(quiet.qualifies(throughput));
  one.runs[4].other = {0.05};
  const ScoredCase disturbed = scored(one, 1000.0);
  CHECK(disturbed.repeats == 6);
  CHECK(disturbed.contaminated == 2);
  CHECK(disturbed.standing == Standing::scored);
  CHECK_FALSE(disturbed.qualifies(throughput));
}

TEST_CASE("a case qualifies where its repeats differ by less than half the target") {
  CHECK(scored(repeats(configuration(1, 1), {1000.0, 1000.0, 1014.0, 1014.0, 1014.0}), 1000.0).qualifies(throughput));
  CHECK_FALSE(scored(repeats(configuration(1, 1), {1000.0, 1000.0, 1016.0, 1032.0, 1048.0}), 1000.0).qualifies(throughput));
}

TEST_CASE("the naive guess scales the single worker and does not guess itself") {
  const std::vector<MeasuredCase> cases{repeats(configuration(1, 1), {40.0}), repeats(configuration(2, 4), {100.0})};
  const Values guess = naive_prediction(cases, cases[1].what);
  CHECK(guess[0] == Approx(320.0));
  CHECK(guess[1] == Approx(0.2 / 8.0));
  CHECK(guess[3] == 1e-3);
  CHECK(guess[4] == 200e6);
  CHECK(std::isnan(naive_prediction(cases, cases[0].what)[0]));
  models::Configuration open = configuration(2, 4);
  open.rate = models::Rate{70.0};
  CHECK(naive_prediction(cases, open)[0] == 70.0);
  CHECK(std::isnan(naive_prediction(cases, open)[1]));
  models::Configuration other = configuration(2, 4);
  other.kernel = "wait";
  CHECK(std::isnan(naive_prediction(cases, other)[0]));
}

TEST_CASE("a summary has medians and worst over scored cases, throughput without open arrivals") {
  std::vector<MeasuredCase> cases{repeats(configuration(1, 1), std::vector<double>(5, 1000.0)),
                                  repeats(configuration(2, 1), std::vector<double>(5, 1000.0)),
                                  repeats(configuration(4, 1), std::vector<double>(4, 1000.0)),
                                  repeats(configuration(8, 1), std::vector<double>(5, 1000.0))};
  models::Configuration open = configuration(8, 1);
  open.rate = models::Rate{1000.0};
  cases[3] = repeats(open, std::vector<double>(5, 1000.0));
  const auto all = score(cases, {predicted(1010.0), predicted(970.0), predicted(9.0), predicted(2000.0)}, shop(), {});
  const Summary summary = summarize(all, {});
  CHECK(summary.by_metric[throughput].cases == 2);
  CHECK(summary.by_metric[throughput].median_error == Approx(0.02));
  CHECK(summary.by_metric[throughput].worst_error == Approx(0.03));
  CHECK(summary.by_metric[throughput].naive_median_error == Approx(1.0));
  CHECK(summary.by_metric[1].cases == 3);
  CHECK(summary.cases[static_cast<std::size_t>(Standing::too_short)] == 1);

  models::AccuracyBounds bounds;
  bounds.throughput = {models::Fraction{0.02}, models::Fraction{0.03001}};
  bounds.throughput.median->value += 1e-9;
  CHECK(broken_bounds(summary, bounds).empty());
  bounds.throughput.worst->value = 0.0299;
  CHECK(broken_bounds(summary, bounds).size() == 1);
  bounds.ranking = models::Fraction{0.9};
  CHECK(broken_bounds(summary, bounds).size() == 2);
}

TEST_CASE("a bound on a metric that no case tells is broken") {
  models::AccuracyBounds bounds;
  bounds.memory_pss.median = models::Fraction{0.5};
  CHECK(broken_bounds(summarize({}, {}), bounds).size() == 1);
}

// One worker, 8 connections, 25 ms: X = 40/s, L = 200 ms. 7 queued leftovers and half a one in service are served first,
// so the window of 3 s counts 7.5 fewer: X' = 37.5/s. N = 120 latencies, p99 is the second largest: the 7th of the first
// eight, which takes 200 ms * (1 + 6.5/8 * 7.5/8) = 352.34 ms.
TEST_CASE("a window that opens behind eight leftovers lacks them and shows them in its p99") {
  models::Configuration what = configuration(1, 1);
  what.window = models::Duration{3.0};
  const Values seen = seen_after_separate_warm_up({40.0, 0.2, 0.201, 0.001, 1.0, 1.0}, what);
  CHECK(seen[0] == Approx(37.5));
  CHECK(seen[1] == 0.2);
  CHECK(seen[2] == Approx(0.35234375));
  CHECK(seen_after_separate_warm_up({1000.0, 0.008, 0.012, 0.001, 1.0, 1.0}, what)[2] == 0.012);
  what.rate = models::Rate{40.0};
  CHECK(seen_after_separate_warm_up({40.0, 0.2, 0.201, 0.001, 1.0, 1.0}, what)[0] == 40.0);
}
