// SPDX-License-Identifier: MIT
// Tuning must find what is best by construction, and break ties by memory.
#include "models/tuning/tuning.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/models/built_trial.hpp"

using namespace built;
using models::Candidate;
using models::Goal;
using models::TuneQuestion;
using models::Tuning;

namespace {

const Duration ms{1e-3};

Tuning tuned(const TuneQuestion& question, int jobs = 2) {
  models::RunOptions options;
  options.jobs = jobs;
  return models::tune(question, options);
}

// 60 MB a process, 1 MB a thread.
Profile heavy(Profile profile) {
  profile.memory.process = models::assumed(Bytes{60e6});
  profile.memory.thread = models::assumed(Bytes{1e6});
  profile.spawn.cpu = models::assumed(Duration{0.1});
  return profile;
}

TuneQuestion ask(TrialParameters at, Duration p99) {
  TuneQuestion question;
  question.at = std::move(at);
  question.slo.p99 = p99;
  return question;
}

// As few containers of so many CPUs as keep the promise, on nodes of 4 CPUs at 146 $ a month.
TuneQuestion by_cost(TrialParameters at, Duration p99, models::Cores cpu) {
  TuneQuestion question = ask(std::move(at), p99);
  question.goal = Goal::cost;
  question.at.service.slo = question.slo;
  question.at.replicas = 0;
  question.at.container.limits = {cpu, Bytes{1e9}};
  models::PriceSheet& sheet = question.cost.priced.emplace_back();
  sheet.name = "list";
  models::NodeType& node = sheet.nodes.emplace_back();
  node.name = "node";
  node.vcpu = {4.0};
  node.memory = {16e9};
  node.price.rate.per_hour = models::Money{200'000'000, {}};
  question.cost.reserve.rule = models::ReserveRule::none;
  question.cost.pod_overhead = {{0.0}, {0.0}};
  question.threads = {1};
  return question;
}

const Candidate& best(const Tuning& tuning) {
  REQUIRE(tuning.best.has_value());
  return tuning.candidates[*tuning.best];
}

}  // namespace

TEST_CASE("The usual counts are powers of two and their neighbours") {
  CHECK(models::usual_counts(1, 9) == std::vector<Count>{1, 2, 3, 4, 5, 7, 8, 9});
  CHECK(models::usual_counts(1, 1) == std::vector<Count>{1});
  CHECK(models::usual_counts(6, 6) == std::vector<Count>{6});
  CHECK(models::usual_counts(4, 12) == std::vector<Count>{4, 5, 7, 8, 9, 12});
}

TEST_CASE("The grid has threads only where the concurrency model has") {
  TuneQuestion sync = ask(open(profile({cpu(ms)}), server("gunicorn_sync", 4), 10.0), Duration{1.0});
  models::choose_grid(sync);
  CHECK(sync.threads == std::vector<Count>{1});
  CHECK(sync.processes.back() == 32);
  TuneQuestion threads = ask(open(profile({cpu(ms)}), server("gunicorn_gthread", 1, 8), 10.0), Duration{1.0});
  threads.at.node.cores = 4;
  threads.at.container.limits.cpu = models::Cores{1.5};
  models::choose_grid(threads);
  CHECK(threads.processes.back() == 5);
  CHECK(threads.threads.back() == 32);
}

TEST_CASE("Where all is computed under the lock, a process for each core does as well as anything, and needs the least") {
  TuneQuestion question = ask(open(heavy(profile({lock(exponential(5.0 * ms))})), server("pool", 1, 4), 50.0), 200.0 * ms);
  question.at.node.cores = 2;
  question.processes = {1, 2, 4};
  question.threads = {1, 2};
  const Tuning tuning = tuned(question);
  CHECK(tuning.candidates.size() == 6);
  CHECK(best(tuning).processes == 2);
  REQUIRE(best(tuning).capacity.has_value());
  CHECK(best(tuning).capacity->load.mean > 300.0);
  CHECK(best(tuning).capacity->load.mean < 400.0);
}

TEST_CASE("Where all is waiting, threads are the cheap way to wait") {
  TuneQuestion question = ask(open(heavy(profile({wait(exponential(20.0 * ms))})), server("gunicorn_gthread", 1, 1), 50.0), 300.0 * ms);
  question.processes = {1, 2};
  question.threads = {1, 4, 16};
  question.at.container.limits.memory = Bytes{110e6};   // two processes do not fit
  const Tuning tuning = tuned(question);
  CHECK(best(tuning).processes == 1);
  CHECK(best(tuning).threads == 16);
}

TEST_CASE("By latency the scenario's load decides") {
  // 150/s of 20 ms: three at work on average; 4 threads queue, 16 do not.
  TuneQuestion question = ask(open(heavy(profile({wait(exponential(20.0 * ms))})), server("pool", 1, 1), 150.0), 400.0 * ms);
  question.goal = Goal::latency;
  question.processes = {1};
  question.threads = {1, 4, 16, 32};
  const Tuning tuning = tuned(question);
  CHECK(best(tuning).threads == 16);
  CHECK_FALSE(tuning.candidates[0].meets);
  CHECK(tuning.candidates[1].on_front);
  CHECK_FALSE(best(tuning).capacity.has_value());
}

// A container of two CPUs is half a node of 4, 73 $ a month. One process computes 200/s at most: 500/s need
// three containers; with two processes each two do, and more processes need no fewer. Four answer sooner than
// two, on all cores of the node until the quota is spent; eight have no more cores.
TEST_CASE("By cost the fewest containers win, and of those that cost the same one of the fastest with the fewest processes") {
  TuneQuestion question = by_cost(
      open(heavy(profile({lock(exponential(5.0 * ms))})), server("pool", 1, 1), 500.0), 200.0 * ms, {2.0});
  question.processes = {1, 2, 4, 8};
  const Tuning tuning = tuned(question);
  CHECK(best(tuning).processes == 4);
  REQUIRE(best(tuning).price.has_value());
  CHECK(best(tuning).price->replicas == 2);
  CHECK(models::exact_decimal(best(tuning).price->amount()) == "146");
  REQUIRE(tuning.candidates[0].price.has_value());
  CHECK(tuning.candidates[0].price->replicas >= 3);
  CHECK(best(tuning).oom_share == 0.0);
  CHECK(std::ranges::any_of(tuning.candidates, &Candidate::on_front));
  for (const Candidate& one : tuning.candidates) {
    if (one.on_front) CHECK(one.price->amount() >= best(tuning).price->amount());
  }
}

// Four cores compute 800/s: 84 connections of 105 ms keep them busy, so 420 connections are for five
// containers. Two processes, which nothing prices, answer the 84 in 84 / 400 - 0.1 s; 420 would wait for a
// second.
TEST_CASE("By cost a closed load is shared out by connections, not by requests per second") {
  TuneQuestion question =
      by_cost(open(heavy(profile({lock(5.0 * ms)})), server("pool", 1, 1), 1.0), 300.0 * ms, {4.0});
  question.at.node.cores = 4;
  question.at.service.load.open.reset();
  question.at.service.load.connections = 420;
  question.at.service.load.think_time = 100.0 * ms;
  question.processes = {1, 2, 3, 4, 5, 6};
  const Tuning tuning = tuned(question);
  CHECK(best(tuning).processes >= 3);
  REQUIRE_FALSE(tuning.candidates[1].price.has_value());
  CHECK(tuning.candidates[1][models::Metric::latency_mean].mean == doctest::Approx(0.11).epsilon(0.05));
}

// Eight processes of 60 MB, as written, never fit into 200 MB.
TEST_CASE("By cost a reason is told only where nothing is best") {
  TuneQuestion question = by_cost(
      open(heavy(profile({lock(exponential(5.0 * ms))})), server("pool", 8, 1), 100.0), 200.0 * ms, {2.0});
  question.at.container.limits.memory = Bytes{200e6};
  question.processes = {1, 2, 8};
  const Tuning tuning = tuned(question);
  CHECK(best(tuning).processes <= 2);
  CHECK_FALSE(tuning.candidates[2].price.has_value());
  CHECK(tuning.reason.empty());
  question.processes = {8};
  const Tuning hopeless = tuned(question);
  CHECK_FALSE(hopeless.best);
  CHECK(hopeless.reason.find("no load keeps the promises") != std::string::npos);
}

TEST_CASE("Nothing is best where nothing keeps the promise, and the reason is told") {
  TuneQuestion question = ask(open(profile({wait(exponential(20.0 * ms))}), server("pool", 1, 1), 10.0), 30.0 * ms);
  question.processes = {1, 2};
  question.threads = {1, 4};
  const Tuning tuning = tuned(question);
  CHECK_FALSE(tuning.best);
  CHECK(tuning.reason == "p99");
}

TEST_CASE("The same choice for one job and for three") {
  TuneQuestion question = ask(open(profile({cpu(exponential(5.0 * ms)), wait(10.0 * ms)}), server("pool", 1, 1), 50.0), 150.0 * ms);
  question.processes = {1, 2};
  question.threads = {1, 2, 4, 8};
  const Tuning one = tuned(question, 1);
  const Tuning three = tuned(question, 3);
  REQUIRE(one.best == three.best);
  CHECK(one.replications == three.replications);
  CHECK(best(one).capacity->load.mean == best(three).capacity->load.mean);
}
