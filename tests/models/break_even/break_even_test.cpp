// SPDX-License-Identifier: MIT
// Break-evens that follow from the construction of the two deployments.
#include "models/break_even/break_even.hpp"

#include <doctest/doctest.h>

#include "tests/models/built_trial.hpp"

using namespace built;
using models::BreakEven;
using models::BreakEvenQuestion;
using models::Contestants;
using models::Criterion;
using models::Winner;

namespace {

const Duration ms{1e-3};

TrialParameters computing(Duration each, Count cores) {
  TrialParameters at = closed(profile({cpu(exponential(each))}), server("pool", cores), 16);
  at.node.cores = cores;
  return at;
}

std::vector<BreakEven> find(const BreakEvenQuestion& question, int jobs = 2) {
  models::RunOptions options;
  options.jobs = jobs;
  return models::find_break_even(question, options);
}

// Two cores of 10 ms against one core of `value` ms: even at 5 ms.
BreakEvenQuestion halves(double low, double high) {
  BreakEvenQuestion question;
  question.at = [](double value) { return Contestants{computing(10.0 * ms, 2), computing(value * ms, 1)}; };
  question.low = low;
  question.high = high;
  question.criterion = Criterion::throughput;
  return question;
}

}  // namespace

TEST_CASE("Two cores at 10 ms and one at half of it are even") {
  const std::vector<BreakEven> ends = find(halves(2.0, 10.0));
  REQUIRE(ends.size() == 1);
  const BreakEven& found = ends.front();
  REQUIRE(found.value);
  CAPTURE(*found.value);
  CHECK(found.low <= 5.0);
  CHECK(5.0 <= found.high);
  CHECK(found.precise);
  CHECK(found.below == Winner::against);
  CHECK(found.above == Winner::of);
  CHECK(found.changes == 1);
}

TEST_CASE("Never is an answer, with who wins throughout") {
  const BreakEven found = find(halves(6.0, 10.0)).front();
  CHECK_FALSE(found.value);
  CHECK(found.below == Winner::of);
  CHECK(found.above == Winner::of);
  CHECK(found.looked_at.size() == 5);
}

TEST_CASE("Two that are the same have no winner") {
  BreakEvenQuestion question = halves(1.0, 2.0);
  question.at = [](double) { return Contestants{computing(10.0 * ms, 2), computing(10.0 * ms, 2)}; };
  const BreakEven found = find(question).front();
  CHECK_FALSE(found.value);
  CHECK(found.below == Winner::neither);
}

TEST_CASE("The same break-even for one job and for three") {
  const BreakEven one = find(halves(2.0, 10.0), 1).front();
  const BreakEven three = find(halves(2.0, 10.0), 3).front();
  CHECK(one.value == three.value);
  CHECK(one.replications == three.replications);
}

TEST_CASE("Numbers of things break even at a whole one") {
  // n workers that wait 20 ms against a fixed pool of 5.
  BreakEvenQuestion question;
  question.at = [](double value) {
    const Profile waiting = profile({wait(exponential(20.0 * ms))});
    return Contestants{closed(waiting, server("pool", 1, static_cast<Count>(value)), 64), closed(waiting, server("pool", 1, 5), 64)};
  };
  question.low = 1.0;
  question.high = 17.0;
  question.whole = true;
  question.criterion = Criterion::throughput;
  const BreakEven found = find(question).front();
  REQUIRE(found.value);
  CHECK((*found.value == 4.0 || *found.value == 5.0));
  CHECK(found.above == Winner::of);
}

TEST_CASE("By capacity: half the work on half the cores, at an SLO that hardly matters") {
  BreakEvenQuestion question = halves(2.0, 10.0);
  question.criterion = Criterion::capacity;
  question.slo.p99 = Duration{5.0};
  question.at = [](double value) {
    Contestants both{computing(10.0 * ms, 2), computing(value * ms, 1)};
    for (TrialParameters* side : {&both.of, &both.against}) {
      side->service.load = {};
      side->service.load.open = models::Rate{10.0};
    }
    return both;
  };
  const BreakEven found = find(question).front();
  REQUIRE(found.value);
  CHECK(*found.value == relative(5.0, 0.05));
}

TEST_CASE("A profile with ranges is asked at both ends") {
  BreakEvenQuestion question = halves(2.0, 20.0);
  question.at = [](double value) {
    Contestants both{computing(10.0 * ms, 2), computing(value * ms, 1)};
    both.of.profile.threads.single_thread_cost = {models::Factor{1.5}, models::Factor{1.0}, models::Factor{2.0},
                                                  models::Basis::derived, "a guess"};
    return both;
  };
  const std::vector<BreakEven> ends = find(question);
  REQUIRE(ends.size() == 2);
  CHECK(*ends[0].value == relative(5.0, 0.05));
  CHECK(*ends[1].value == relative(10.0, 0.05));
}
