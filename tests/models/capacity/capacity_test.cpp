// SPDX-License-Identifier: MIT
// Capacity against queueing theory, what binds where it is known by construction, and what the search must not depend
// on.
#include "models/capacity/capacity.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "models/analytic/mmc.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;
using models::Binds;
using models::Capacity;
using models::CapacityQuestion;
using models::Slo;

namespace {

const Duration ms{1e-3};

Slo p99(Duration limit) {
  Slo slo;
  slo.p99 = limit;
  return slo;
}

Slo mean(Duration limit) {
  Slo slo;
  slo.mean = limit;
  return slo;
}

CapacityQuestion ask(TrialParameters at, Slo slo) {
  CapacityQuestion question;
  question.at = std::move(at);
  question.slo = slo;
  return question;
}

Capacity find(const CapacityQuestion& question, int jobs = 2) {
  models::RunOptions options;
  options.jobs = jobs;
  return models::find_capacity(question, options);
}

// c processes that share one queue, a core each: M/M/c with a service of 10 ms.
TrialParameters mmc(Count servers) {
  TrialParameters parameters = open(profile({cpu(exponential(10.0 * ms))}), server("pool", servers), 1.0);
  parameters.node.cores = servers;
  return parameters;
}

// The rate at which an increasing function of it reaches the limit, by bisection.
double rate_at(double highest, double limit, const std::function<double(double)>& value) {
  double low = 0.0;
  double high = highest;
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high);
    (value(middle) <= limit ? low : high) = middle;
  }
  return low;
}

double exact_mean_rate(std::size_t servers, Duration limit) {
  return rate_at(static_cast<double>(servers) / 0.01, limit.seconds, [&](double rate) {
    return models::analytic::MultiServerQueue{servers, rate, 10.0 * ms}.mean_response().seconds;
  });
}

// M/M/1 FIFO: the response is exponential with mean 1 / (mu - lambda), so its 99 % quantile is ln 100 / (mu - lambda).
double exact_p99_rate(Duration limit) { return 100.0 - std::log(100.0) / limit.seconds; }

// Half of the replications see a p99 above the stationary one, half below: at probability 1/2 the capacity is where
// theory has it, less what the skew of a window's quantile moves its median (here below half a percent of the load).
CapacityQuestion at_median(TrialParameters at, Slo slo) {
  CapacityQuestion question = ask(std::move(at), slo);
  question.probability = 0.5;
  question.requests = 20'000;
  question.find_next = false;
  return question;
}

bool agrees(const Capacity& capacity, double exact) {
  return std::abs(capacity.load.mean - exact) <= capacity.load.half_width + 0.005 * exact;
}

}  // namespace

TEST_CASE("M/M/1 with a p99 promise carries the load that theory gives") {
  const Capacity capacity = find(at_median(mmc(1), p99(100.0 * ms)));
  CAPTURE(capacity.load.mean);
  CAPTURE(capacity.load.half_width);
  CHECK(capacity.any);
  CHECK(capacity.bounded);
  CHECK(capacity.precise);
  CHECK(agrees(capacity, exact_p99_rate(100.0 * ms)));  // 53.9/s
}

TEST_CASE("M/M/4 with a mean promise carries the load that theory gives") {
  const Capacity capacity = find(at_median(mmc(4), mean(15.0 * ms)));
  CAPTURE(capacity.load.mean);
  CAPTURE(capacity.load.half_width);
  CHECK(agrees(capacity, exact_mean_rate(4, 15.0 * ms)));
}

TEST_CASE("A promise kept in 95 of 100 replications costs load, and less of it in longer windows") {
  const double stationary = exact_p99_rate(100.0 * ms);
  CapacityQuestion question = ask(mmc(1), p99(100.0 * ms));
  const Capacity usual = find(question);
  question.requests = 40'000;
  const Capacity longer = find(question);
  CHECK(usual.load.mean + usual.load.half_width < stationary);
  CHECK(longer.load.mean > usual.load.mean);
  CHECK(longer.load.mean < stationary);
}

TEST_CASE("The same capacity for one job and for five") {
  const CapacityQuestion question = ask(mmc(2), p99(60.0 * ms));
  const Capacity one = find(question, 1);
  const Capacity five = find(question, 5);
  CHECK(one.load.mean == five.load.mean);
  CHECK(one.load.half_width == five.load.half_width);
  CHECK(one.replications == five.replications);
  CHECK(one[Metric::latency_p99].mean == five[Metric::latency_p99].mean);
}

TEST_CASE("The load of the question does not matter, nor do its replicas") {
  CapacityQuestion question = ask(mmc(2), p99(60.0 * ms));
  const Capacity one = find(question);
  question.at.service.load.open = models::Rate{1000.0};
  question.at.replicas = 3;
  CHECK(find(question).load.mean == one.load.mean);
}

TEST_CASE("A promise shorter than the work is kept at no load, and is named") {
  const Capacity capacity = find(ask(mmc(1), p99(20.0 * ms)));  // the p99 of the work alone is 46 ms
  CHECK_FALSE(capacity.any);
  CHECK(capacity.reason == "p99");
}

TEST_CASE("Without a promise the capacity is what can be carried at all") {
  CapacityQuestion question = ask(mmc(4), {});
  const Capacity capacity = find(question);
  CHECK(capacity.load.mean == relative(400.0, 0.05));
  CHECK(capacity.binds == Binds::cores);
  CHECK(models::has_capacity(question.at.service.load, {}));
}

TEST_CASE("More promises never mean more load") {
  Slo both = p99(60.0 * ms);
  both.mean = 14.0 * ms;
  const double with_both = find(ask(mmc(2), both)).load.mean;
  CHECK(with_both <= find(ask(mmc(2), p99(60.0 * ms))).load.mean * 1.001);
  CHECK(with_both <= find(ask(mmc(2), mean(14.0 * ms))).load.mean * 1.001);
}

TEST_CASE("A share of the CPU that may be used is a promise: half of one core is 50/s of 10 ms") {
  Slo slo;
  slo.cpu = models::Fraction{0.5};
  const Capacity capacity = find(ask(mmc(1), slo));
  CHECK(capacity.load.mean == relative(50.0, 0.04));
  CHECK(capacity.binds == Binds::cores);
}

TEST_CASE("The quota binds first, and without it the cores at their number over the quota") {
  // 1 of 2 cores: quota 100/s, cores 200/s; four workers wait for neither.
  TrialParameters at = mmc(4);
  at.node.cores = 2;
  at.container.limits.cpu = models::Cores{1.0};
  const Capacity capacity = find(ask(at, p99(1000.0 * ms)));
  CHECK(capacity.binds == Binds::cpu_quota);
  REQUIRE(capacity.next);
  CHECK(*capacity.next == Binds::cores);
  CHECK(capacity.next_factor == relative(2.0, 0.15));
}

TEST_CASE("Workers that wait bind first; four times as many wait as well") {
  // One worker, 20 ms of waiting: 50/s; the core could do 1000/s.
  const TrialParameters at = open(profile({cpu(ms), wait(20.0 * ms)}), server("gunicorn_sync", 1), 1.0);
  const Capacity capacity = find(ask(at, p99(200.0 * ms)));
  CHECK(capacity.binds == Binds::workers);
  CHECK_FALSE(capacity.next);
}

TEST_CASE("The interpreter lock binds first, and nothing buys it off") {
  TrialParameters at = open(profile({models::Phase(lock(exponential(10.0 * ms)))}), server("gunicorn_gthread", 1, 8), 1.0);
  at.node.cores = 4;
  const Capacity capacity = find(ask(at, p99(200.0 * ms)));
  CHECK(capacity.binds == Binds::lock);
  CHECK_FALSE(capacity.next);
}

TEST_CASE("Memory binds where requests in flight fill it, and a share of it may be promised") {
  // 5 MB a request, 100 ms each: Little gives 0.5 MB for each request per second; a limit of 100 MB over 40 MB at rest.
  TrialParameters at = open(profile({wait(exponential(100.0 * ms))}), server("gunicorn_gthread", 1, 16), 1.0);
  at.profile.memory.process = models::assumed(Bytes{40e6});
  at.profile.memory.request = models::assumed(Bytes{5e6});
  at.profile.spawn.cpu = models::assumed(Duration{0.1});
  at.container.limits.memory = Bytes{100e6};
  const Capacity unwatched = find(ask(at, p99(2000.0 * ms)));
  CHECK(unwatched.binds == Binds::memory);
  REQUIRE(unwatched.any);
  CHECK(unwatched.load.mean < 60.0);  // half of what fills it on average: peaks count
  REQUIRE(unwatched.next);
  CHECK(*unwatched.next == Binds::workers);
  Slo slo = p99(2000.0 * ms);
  slo.memory = models::Fraction{0.8};
  const Capacity watched = find(ask(at, slo));
  CHECK(watched.binds == Binds::memory);
  CHECK(watched.load.mean < unwatched.load.mean);
}

TEST_CASE("A closed load is asked for connections") {
  // One core, 10 ms each: N connections wait N * 10 ms on average; 95 ms allow nine.
  CapacityQuestion question = ask(closed(profile({cpu(10.0 * ms)}), server("pool", 1), 1), mean(95.0 * ms));
  question.at.node.cores = 1;
  const Capacity capacity = find(question);
  CHECK(capacity.axis == models::LoadAxis::connections);
  CHECK(capacity.load.mean == 9.0);
  CHECK_FALSE(models::has_capacity(question.at.service.load, {}));
}

TEST_CASE("A profile with ranges has a capacity at each end") {
  TrialParameters at = mmc(1);
  at.profile.threads.single_thread_cost = {models::Factor{1.5}, models::Factor{1.0}, models::Factor{2.0},
                                           models::Basis::derived, "a guess"};
  const Capacity capacity = find(ask(at, p99(100.0 * ms)));
  CHECK(capacity.load.is_range());
  CHECK(capacity.load.low < 0.6 * capacity.load.high);
  const Capacity plain = find(ask(mmc(1), p99(100.0 * ms)));
  CHECK(capacity.load.high == plain.load.mean);
}

TEST_CASE("Without a lock, more of a budget never means less capacity") {
  // Quota, cores, workers, memory: each is raised alone, from a container that has little of any.
  TrialParameters base = open(profile({cpu(exponential(4.0 * ms)), wait(10.0 * ms)}), server("pool", 4), 1.0);
  base.node.cores = 2;
  base.container.limits.cpu = models::Cores{1.0};
  base.profile.memory.process = models::assumed(Bytes{50e6});
  base.profile.memory.request = models::assumed(Bytes{10e6});
  base.profile.spawn.cpu = models::assumed(Duration{0.1});
  base.container.limits.memory = Bytes{245e6};
  const auto capacity = [&](const std::function<void(TrialParameters&)>& raise) {
    TrialParameters at = base;
    raise(at);
    CapacityQuestion question = ask(at, p99(150.0 * ms));
    question.find_next = false;
    return find(question).load;
  };
  const models::Estimate before = capacity([](TrialParameters&) {});
  const auto not_less = [&](const models::Estimate& after) {
    CAPTURE(before.mean);
    CAPTURE(after.mean);
    CHECK(after.mean >= before.mean - before.half_width);
  };
  not_less(capacity([](TrialParameters& at) { at.container.limits.cpu = models::Cores{1.5}; }));
  not_less(capacity([](TrialParameters& at) { at.container.limits.cpu.reset(); }));
  not_less(capacity([](TrialParameters& at) { at.node.cores = 4; }));
  not_less(capacity([](TrialParameters& at) { at.container.limits.memory = Bytes{1e9}; }));
  not_less(capacity([](TrialParameters& at) { at.container.limits.memory.reset(); at.deployment.processes = 8; }));
}

TEST_CASE("A search that is stopped says so") {
  models::RunOptions options;
  options.stop_requested = [] { return true; };
  CHECK_THROWS_AS(models::find_capacity(ask(mmc(1), p99(100.0 * ms)), options), models::Interrupted);
}

TEST_CASE("A replication that loses requests keeps nothing, promised or not") {
  models::Observation observation;
  observation.fill(std::nan(""));
  const auto put = [&](Metric metric, double value) { observation[static_cast<std::size_t>(metric)] = value; };
  put(Metric::latency_p99, 0.05);
  put(Metric::error_rate, 0.0);
  put(Metric::backlog_growth, 0.0);
  CHECK(models::meets(observation, p99(100.0 * ms)));
  CHECK(models::broken_promise(observation, p99(10.0 * ms)) == "p99");
  CHECK(models::broken_promise(observation, mean(10.0 * ms)) == "mean");  // nobody was answered
  put(Metric::error_rate, 0.02);
  CHECK(models::broken_promise(observation, p99(100.0 * ms)) == "load");
  Slo slo = p99(100.0 * ms);
  slo.errors = models::Fraction{0.05};
  CHECK(models::meets(observation, slo));
  put(Metric::backlog_growth, 0.02);
  CHECK(models::broken_promise(observation, slo) == "load");
  put(Metric::oom_kills, 1.0);
  CHECK(models::broken_promise(observation, slo) == "oom");
}

TEST_SUITE("slow") {
  TEST_CASE("M/M/1 and M/M/c lie in the interval at its nominal rate") {
    int seen = 0;
    int wide = 0;
    const auto look = [&](TrialParameters at, Slo slo, double exact) {
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        at.seed = seed;
        const Capacity capacity = find(at_median(at, slo));
        seen += agrees(capacity, exact) ? 1 : 0;
        wide += capacity.load.half_width > 0.03 * exact ? 1 : 0;
      }
    };
    look(mmc(1), p99(100.0 * ms), exact_p99_rate(100.0 * ms));
    look(mmc(3), mean(15.0 * ms), exact_mean_rate(3, 15.0 * ms));
    CHECK(seen >= 34);  // 95 % of 40 less 3 sigma
    CHECK(wide == 0);
  }
}
