// SPDX-License-Identifier: MIT
// The arithmetic of the replay, without a simulation.
#include <doctest/doctest.h>

#include <string>

#include "tests/validation/replay/naive.hpp"
#include "tests/validation/replay/prediction.hpp"
#include "tests/validation/replay/recorded_run.hpp"
#include "tests/validation/replay/score.hpp"
#include "tests/validation/replay/window.hpp"

namespace {

using validation::Case;
using validation::Values;

const std::string data = std::string(FORKCAST_SOURCE_DIR) + "/tests/validation/data/gunicorn-2cpu.jsonl";

Case waiting(int processes, int threads) {
  return {"py313", "wait", "sync", processes, threads, 8, {}, {}, false, 3.0};
}

}  // namespace

TEST_CASE("every recorded run is read, twice per case") {
  const auto runs = validation::read_recorded_runs(data);
  CHECK(runs.size() == 116);
  for (const auto& run : runs) {
    int same = 0;
    for (const auto& other : runs) same += other.what == run.what;
    CHECK(same == 2);
  }
  CHECK(runs[4].what.label() == "py313 json sync 2x1 quota 1");
  CHECK(runs[4].measured.p99 == doctest::Approx(0.048807));
}

TEST_CASE("steal or foreign CPU above 0.05 cores marks a run as contaminated") {
  validation::RecordedRun run;
  run.steal = 0.05;
  CHECK_FALSE(run.contaminated());
  run.steal = 0.06;
  CHECK(run.contaminated());
  run = {};
  run.other = 0.06;
  CHECK(run.contaminated());
}

// One worker, 8 connections, 25 ms: X = 40/s, L = 200 ms. 7 queued leftovers and half a one in service are served first,
// so the window of 3 s counts 7.5 fewer: X' = 37.5/s. N = 120 latencies, p99 is the second largest: the 7th of the first
// eight, which takes 200 ms * (1 + 6.5/8 * 7.5/8) = 352.34 ms.
TEST_CASE("a window that opens behind eight leftovers lacks them and shows them in its p99") {
  const auto seen = validation::seen_through_window({40.0, 0.2, 0.201, 0.001, 1.0, 1.0}, waiting(1, 1));
  CHECK(seen.throughput == doctest::Approx(37.5));
  CHECK(seen.p50 == 0.2);
  CHECK(seen.p99 == doctest::Approx(0.35234375));
}

TEST_CASE("with more than a hundred requests a leftover the steady p99 stands") {
  const auto seen = validation::seen_through_window({1000.0, 0.008, 0.012, 0.001, 1.0, 1.0}, waiting(1, 1));
  CHECK(seen.p99 == 0.012);
}

TEST_CASE("an open load has no leftovers") {
  Case open = waiting(1, 1);
  open.rate = 40.0;
  CHECK(validation::seen_through_window({40.0, 0.2, 0.201, 0.001, 1.0, 1.0}, open).throughput == 40.0);
}

TEST_CASE("the naive guess scales one worker and never sees the run it is compared with") {
  validation::RecordedRun single;
  single.what = waiting(1, 1);
  single.measured = {40.0, 0.2, 0.4, 0.001, 100.0, 110.0};
  validation::RecordedRun many = single;
  many.index = 1;
  many.what = waiting(2, 4);
  const auto naive = validation::naive_prediction({single, many}, many);
  REQUIRE(naive);
  CHECK(naive->throughput == 320.0);
  CHECK(naive->p50 == doctest::Approx(0.025));
  CHECK(naive->cpu_per_request == 0.001);
  CHECK(naive->charge == 200.0);
  CHECK_FALSE(validation::naive_prediction({single, many}, single));
}

TEST_CASE("runs that a profile was fitted from are not scored, and errors and spread are relative to the measurement") {
  validation::RecordedRun first;
  first.what = waiting(1, 1);
  first.measured = {100.0, 0.1, 0.2, 0.001, 100.0, 100.0};
  validation::RecordedRun second = first;
  second.index = 1;
  second.measured.throughput = 120.0;
  validation::Subject subject;
  subject.profile.provenance.fitted_from = {"0"};
  const auto scored = validation::score({first, second}, {{first.what, {90.0, 0.1, 0.2, 0.001, 100.0, 100.0}, {}}},
                                        {{"py313", subject}});
  REQUIRE(scored.size() == 1);
  CHECK(scored[0].run.index == 1);
  CHECK(scored[0].signed_error[0] == doctest::Approx(-0.25));
  CHECK(scored[0].spread[0] == doctest::Approx(20.0 / 110.0));
  REQUIRE(scored[0].naive);
  CHECK((*scored[0].naive)[0] == doctest::Approx(1.0 / 6.0));
  const auto summary = validation::summarize(scored).front();
  CHECK(summary.median[0] == doctest::Approx(0.25));
}

TEST_CASE("a ranking is right when the best measured deployment is predicted best or within the tie") {
  validation::RecordedRun slow;
  slow.what = waiting(1, 1);
  slow.measured.throughput = 50.0;
  validation::RecordedRun fast = slow;
  fast.what = waiting(2, 1);
  fast.measured.throughput = 100.0;
  const auto judged = [&](double predicted_slow, double predicted_fast) {
    Values a, b;
    a.throughput = predicted_slow;
    b.throughput = predicted_fast;
    return validation::rankings({slow, fast}, {{slow.what, a, {}}, {fast.what, b, {}}}, 0.03).front().right;
  };
  CHECK(judged(50.0, 90.0));
  CHECK(judged(100.0, 98.0));
  CHECK_FALSE(judged(100.0, 96.0));
}
