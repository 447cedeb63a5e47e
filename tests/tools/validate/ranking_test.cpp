// SPDX-License-Identifier: MIT
#include "tools/validate/ranking.hpp"

#include <doctest/doctest.h>

#include "tests/tools/validate/built_run.hpp"

namespace {

using namespace validation;
using validation_test::configuration;

ScoredCase deployed(models::Count processes, double measured, double predicted, double spread) {
  ScoredCase one;
  one.what = configuration(processes, 1);
  one.measured[throughput] = measured;
  one.prediction.values[throughput] = predicted;
  one.spread[throughput] = spread;
  return one;
}

RankingVerdict verdict(const std::vector<ScoredCase>& cases) {
  const auto found = rankings(cases, {{"shop", "shop"}});
  REQUIRE(found.size() == 1);
  return found[0].verdict;
}

}  // namespace

TEST_CASE("the contest is right when the measured best is predicted best, however far off the numbers are") {
  CHECK(verdict({deployed(1, 50.0, 10.0, 0.0), deployed(2, 100.0, 20.0, 0.0)}) == RankingVerdict::right);
}

TEST_CASE("a tie lies within the larger spread of the two, as measured or as predicted") {
  CHECK(verdict({deployed(1, 98.0, 110.0, 0.03), deployed(2, 100.0, 100.0, 0.0)}) == RankingVerdict::tied);
  CHECK(verdict({deployed(1, 50.0, 102.0, 0.03), deployed(2, 100.0, 100.0, 0.0)}) == RankingVerdict::tied);
  CHECK(verdict({deployed(1, 96.0, 110.0, 0.03), deployed(2, 100.0, 100.0, 0.0)}) == RankingVerdict::wrong);
}

TEST_CASE("noise above five percent makes no wider tie, and one repeat makes none") {
  CHECK(verdict({deployed(1, 90.0, 110.0, 0.3), deployed(2, 100.0, 100.0, 0.3)}) == RankingVerdict::wrong);
  const double unknown = no_values()[0];
  CHECK(verdict({deployed(1, 99.9, 110.0, unknown), deployed(2, 100.0, 100.0, unknown)}) == RankingVerdict::wrong);
}

TEST_CASE("following a wrong prediction loses the difference in measured throughput") {
  const auto found = rankings({deployed(1, 60.0, 110.0, 0.0), deployed(2, 100.0, 100.0, 0.0)}, {{"shop", "shop"}});
  CHECK(found[0].regret == doctest::Approx(0.4));
}

TEST_CASE("deployments compete within one service and budget only") {
  std::vector<ScoredCase> cases{deployed(1, 1.0, 1.0, 0.0), deployed(2, 2.0, 2.0, 0.0), deployed(4, 3.0, 3.0, 0.0),
                                deployed(8, 4.0, 4.0, 0.0)};
  cases[2].what.cpu = models::Cores{1.0};
  cases[3].what.rate = models::Rate{4.0};
  CHECK(rankings(cases, {{"shop", "shop"}}).size() == 1);
  cases[1].what.subject = "other";
  CHECK(rankings(cases, {{"shop", "shop"}, {"other", "other"}}).empty());
  CHECK(rankings(cases, {{"shop", "both"}, {"other", "both"}}).size() == 1);
}

TEST_CASE("a server that never keeps connections competes with those that do") {
  std::vector<ScoredCase> cases{deployed(1, 1.0, 1.0, 0.0), deployed(2, 2.0, 2.0, 0.0)};
  cases[0].what.keep_alive = false;
  CHECK(rankings(cases, {{"shop", "shop"}}).empty());
  cases[0].what.server = "gunicorn_sync";
  CHECK(rankings(cases, {{"shop", "shop"}}).size() == 1);
}
