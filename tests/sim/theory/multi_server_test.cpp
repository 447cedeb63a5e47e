// SPDX-License-Identifier: MIT
// M/M/c and pooled against split queues. Service has mean 1 s.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "models/analytic/mmc.hpp"
#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/experiment/compare.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/pool.hpp"
#include "tests/sim/theory/exact_value.hpp"
#include "tests/sim/theory/sojourns.hpp"
#include "tests/sim/theory/stationary.hpp"

namespace {

using models::analytic::MultiServerQueue;

// A Poisson stream over one or more queues, each arrival to one of them at random. It starts with an arrival
// that finds the stationary number in each queue; so does then every later one, and the means over a fixed
// number of arrivals are unbiased.
class OpenQueues {
 public:
  OpenQueues(std::uint64_t seed, std::uint64_t replication, std::size_t queues, std::size_t servers,
             double rho)
      : arrivals_(seed, replication, "arrival", 0),
        services_(seed, replication, "service", 0),
        routes_(seed, replication, "route", 0),
        rate_(rho * static_cast<double>(queues * servers)),
        simulation_(seed, replication) {
    sim::Stream initial(seed, replication, "initial", 0);
    const theory::DiscreteLaw present =
        theory::number_in_open_queue(servers, rho * static_cast<double>(servers));
    for (std::size_t q = 0; q < queues; ++q) {
      queues_.push_back(std::make_unique<sim::Pool>(simulation_, servers));
      for (std::size_t n = present.draw(initial); n > 0; --n) {
        customer(*queues_.back(), sim::Duration{initial.exponential()}, false);
      }
    }
  }

  sim::Simulation& simulation() { return simulation_; }

  // Mean response, mean wait, share of arrivals that wait.
  std::vector<double> run(std::size_t customers) {
    source(customers);
    simulation_.run_until(sim::TimePoint::never());
    sojourns_.check_little(simulation_.now());
    const double n = static_cast<double>(customers);
    return {response_.seconds / n, wait_.seconds / n, static_cast<double>(delayed_) / n};
  }

 private:
  sim::Process source(std::size_t customers) {
    for (std::size_t i = 0; i < customers; ++i) {
      customer(*queues_[routes_.below(queues_.size())], sim::Duration{services_.exponential()}, true);
      co_await simulation_.sleep(sim::Duration{arrivals_.exponential() / rate_});
    }
  }

  sim::Process customer(sim::Pool& servers, sim::Duration service, bool counted) {
    const sim::TimePoint arrived = simulation_.now();
    sojourns_.enter(arrived);
    const bool delayed = servers.in_use() == servers.tokens();
    co_await servers.acquire();
    const sim::Duration waited = simulation_.now() - arrived;
    co_await simulation_.sleep(service);
    servers.release();
    sojourns_.leave(arrived, simulation_.now());
    if (!counted) co_return;
    response_ += simulation_.now() - arrived;
    wait_ += waited;
    delayed_ += delayed ? 1 : 0;
  }

  sim::Stream arrivals_;
  sim::Stream services_;
  sim::Stream routes_;
  double rate_;
  sim::Simulation simulation_;
  std::vector<std::unique_ptr<sim::Pool>> queues_;
  theory::Sojourns sojourns_;
  sim::Duration response_;
  sim::Duration wait_;
  std::size_t delayed_ = 0;
};

theory::Replicate open_queue(std::size_t servers, double rho, std::size_t customers) {
  return [=](std::uint64_t seed, std::uint64_t replication) {
    return OpenQueues(seed, replication, 1, servers, rho).run(customers);
  };
}

std::vector<double> exact(std::size_t servers, double rho) {
  const MultiServerQueue queue{servers, rho * static_cast<double>(servers), {1.0}};
  return {queue.mean_response().seconds, queue.mean_wait().seconds, queue.delay_probability()};
}

}  // namespace

TEST_CASE("M/M/1 has the exact response, wait and delay probability") {
  theory::check_exact_values(open_queue(1, 0.5, 4000), exact(1, 0.5));
  theory::check_exact_values(open_queue(1, 0.8, 10000), exact(1, 0.8));
}

TEST_CASE("M/M/c has the exact response, wait and delay probability") {
  theory::check_exact_values(open_queue(2, 0.8, 10000), exact(2, 0.8));
  theory::check_exact_values(open_queue(8, 0.9, 20000), exact(8, 0.9));
}

// 4 servers at 80 %: one queue answers in 1.745 s, four queues in 5 s.
TEST_CASE("a pooled queue beats split queues by the exact difference") {
  std::vector<double> pooled, split, difference;
  for (std::uint64_t replication = 0; replication < 24; ++replication) {
    pooled.push_back(OpenQueues(2, replication, 1, 4, 0.8).run(10000)[0]);
    split.push_back(OpenQueues(2, replication, 4, 1, 0.8).run(10000)[0]);
  }
  const sim::PairedDifference found = sim::paired_difference(split, pooled, 0.999);
  CHECK(found.verdict == sim::Verdict::more);
  const double wanted = exact(1, 0.8)[0] - exact(4, 0.8)[0];
  CHECK(std::abs(found.mean - wanted) <= found.half_width);
  CHECK(found.half_width < 0.2 * wanted);
}

TEST_SUITE("slow") {
  TEST_CASE("M/M/1 intervals cover the exact values at their nominal rate") {
    theory::check_coverage(open_queue(1, 0.7, 4000), exact(1, 0.7));
  }
  TEST_CASE("M/M/2 intervals cover the exact values at their nominal rate") {
    theory::check_coverage(open_queue(2, 0.8, 6000), exact(2, 0.8));
  }
  TEST_CASE("M/M/8 intervals cover the exact values at their nominal rate") {
    theory::check_coverage(open_queue(8, 0.8, 6000), exact(8, 0.8));
  }
}
