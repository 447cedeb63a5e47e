// SPDX-License-Identifier: MIT
// Open queues against values computed once in double precision from the textbook formulas.
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

#include "models/analytic/mg1.hpp"
#include "models/analytic/mmc.hpp"

using doctest::Approx;
using models::analytic::MultiServerQueue;
using models::analytic::SingleServerQueue;
using namespace sim::literals;

TEST_CASE("M/M/c has the tabled blocking, delay and waiting") {
  struct Row {
    std::size_t c;
    double load, blocked, delayed, wait, queue, p95;
  };
  const Row table[] = {
      {1, 0.5, .33333333, .50000000, 1.00000000, .50000000, 4.605170},
      {1, 0.8, .44444444, .80000000, 4.00000000, 3.20000000, 13.862944},
      {2, 1.6, .32989691, .71111111, 1.77777778, 2.84444444, 6.637014},
      {4, 3.2, .22814493, .59643247, .74554059, 2.38572989, 3.098679},
      {8, 7.2, .19031317, .70153299, .87691624, 6.31379691, 3.301556},
      {16, 12.8, .08064721, .30488391, .09527622, 1.21953565, .564971},
      {16, 14.4, .12641189, .59134339, .36958962, 5.32209054, 1.543984},
      {32, 28.8, .07797458, .45819662, .14318644, 4.12376959, .692274},
  };
  for (const Row& row : table) {
    CAPTURE(row.c);
    CAPTURE(row.load);
    const MultiServerQueue queue{row.c, row.load, 1_s};
    CHECK(std::abs(queue.loss_probability() - row.blocked) < 6e-9);
    CHECK(std::abs(queue.delay_probability() - row.delayed) < 6e-9);
    CHECK(std::abs(queue.mean_wait().seconds - row.wait) < 6e-9);
    CHECK(std::abs(queue.mean_queue_length() - row.queue) < 6e-9);
    CHECK(std::abs(queue.wait_quantile(0.95).seconds - row.p95) < 6e-7);
  }
}

TEST_CASE("a pooled queue beats split ones by the tabled factors") {
  struct Row {
    std::size_t c;
    double rho, pooled, split;
  };
  const Row table[] = {{4, 0.8, 1.74554, 5.0},  {8, 0.8, 1.28603, 5.0},  {16, 0.8, 1.09528, 5.0},
                       {4, 0.9, 2.96938, 10.0}, {8, 0.9, 1.87692, 10.0}, {16, 0.9, 1.36959, 10.0}};
  for (const Row& row : table) {
    CAPTURE(row.c);
    const MultiServerQueue pooled{row.c, row.rho * static_cast<double>(row.c), 1_s};
    CHECK(std::abs(pooled.mean_response().seconds - row.pooled) < 6e-6);
    CHECK(pooled.one_of_split().mean_response().seconds == Approx(row.split).epsilon(1e-12));
  }
}

TEST_CASE("an M/M/c queue knows when nobody waits and when everybody does") {
  const MultiServerQueue calm{8, 0.8, 1_s};
  CHECK(calm.wait_quantile(0.95) == 0_s);
  const MultiServerQueue saturated{2, 2.0, 1_s};
  CHECK(saturated.delay_probability() == 1.0);
  CHECK(saturated.mean_wait() == sim::Duration::infinite());
  CHECK(saturated.wait_quantile(0.5) == sim::Duration::infinite());
}

TEST_CASE("times scale an M/M/c queue") {
  const MultiServerQueue seconds{4, 3.2, 1_s};
  const MultiServerQueue milliseconds{4, 3200.0, 1_ms};
  CHECK(milliseconds.mean_wait().seconds == Approx(seconds.mean_wait().seconds * 1e-3).epsilon(1e-12));
}

TEST_CASE("M/G/1 waits as Pollaczek and Khinchine say") {
  struct Row {
    double scv, wait;
  };
  for (const Row& row : {Row{0, 2}, Row{0.5, 3}, Row{1, 4}, Row{4, 10}, Row{10, 22}}) {
    const SingleServerQueue queue{0.8, 1_s, row.scv};
    CHECK(queue.fifo_wait().seconds == Approx(row.wait).epsilon(1e-12));
    CHECK(queue.sharing_response().seconds == Approx(5.0).epsilon(1e-12));  // insensitive
  }
}

TEST_CASE("processor sharing stretches every request alike") {
  struct Row {
    double rho, stretch;
  };
  for (const Row& row : {Row{0.5, 2}, Row{0.8, 5}, Row{0.9, 10}}) {
    const SingleServerQueue queue{row.rho, 1_s, 3.0};
    CHECK(queue.sharing_response_of(0.25_s).seconds == Approx(0.25 * row.stretch).epsilon(1e-12));
    CHECK(queue.sharing_response().seconds == Approx(row.stretch).epsilon(1e-12));
  }
  // lambda = 4, mu = 9: mean 0.2, a published check of another simulator.
  CHECK(SingleServerQueue{4.0, {1.0 / 9.0}}.sharing_response().seconds == Approx(0.2).epsilon(1e-12));
  CHECK(SingleServerQueue{1.0, 1_s}.sharing_response() == sim::Duration::infinite());
  CHECK(SingleServerQueue{1.0, 1_s}.fifo_wait() == sim::Duration::infinite());
}
