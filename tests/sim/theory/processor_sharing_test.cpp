// SPDX-License-Identifier: MIT
// M/G/1-PS on a shared server with one core: the mean response does not depend on the service law. Service
// has mean 1 s.
#include <doctest/doctest.h>

#include <vector>

#include "models/analytic/mg1.hpp"
#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/shared_server.hpp"
#include "tests/sim/theory/exact_value.hpp"
#include "tests/sim/theory/sojourns.hpp"
#include "tests/sim/theory/stationary.hpp"

namespace {

// Starts with an arrival that finds the stationary state: a geometric number, each with a work left of the
// equilibrium law. Arrivals go on, uncounted, while one that counts is present: they slow it down.
class SharedCore {
 public:
  SharedCore(std::uint64_t seed, std::uint64_t replication, double rho, const theory::ServiceLaw& law)
      : arrivals_(seed, replication, "arrival", 0),
        services_(seed, replication, "service", 0),
        rho_(rho),
        law_(law),
        simulation_(seed, replication),
        server_(simulation_, 1.0),
        group_(server_.add_group({})) {
    sim::Stream initial(seed, replication, "initial", 0);
    for (std::size_t n = theory::number_in_open_queue(1, rho).draw(initial); n > 0; --n) {
      customer(sim::Duration{law.draw_left(initial)}, false);
    }
  }

  sim::Simulation& simulation() { return simulation_; }

  // Mean response, mean of response over own work.
  std::vector<double> run(std::size_t customers) {
    source(customers);
    simulation_.run_until(sim::TimePoint::never());
    sojourns_.check_little(simulation_.now());
    REQUIRE(server_.cpu_time(group_).seconds == doctest::Approx(work_.seconds).epsilon(1e-9));
    const double n = static_cast<double>(customers);
    return {response_.seconds / n, stretch_ / n};
  }

 private:
  sim::Process source(std::size_t customers) {
    counted_present_ = customers;
    for (std::size_t i = 0; i < customers || counted_present_ > 0; ++i) {
      customer(sim::Duration{law_.draw(services_)}, i < customers);
      co_await simulation_.sleep(sim::Duration{arrivals_.exponential() / rho_});
    }
  }

  sim::Process customer(sim::Duration work, bool counted) {
    const sim::TimePoint arrived = simulation_.now();
    sojourns_.enter(arrived);
    work_ += work;
    sim::Job job(server_, group_);
    co_await job.use(work);
    sojourns_.leave(arrived, simulation_.now());
    if (!counted) co_return;
    --counted_present_;
    response_ += simulation_.now() - arrived;
    stretch_ += (simulation_.now() - arrived) / work;
  }

  sim::Stream arrivals_;
  sim::Stream services_;
  double rho_;
  theory::ServiceLaw law_;
  sim::Simulation simulation_;
  sim::SharedServer server_;
  sim::GroupId group_;
  theory::Sojourns sojourns_;
  std::size_t counted_present_ = 0;
  sim::Duration work_;
  sim::Duration response_;
  double stretch_ = 0.0;
};

theory::Replicate shared_core(double rho, const theory::ServiceLaw& law, std::size_t customers) {
  return [=](std::uint64_t seed, std::uint64_t replication) {
    return SharedCore(seed, replication, rho, law).run(customers);
  };
}

std::vector<double> exact(double rho) {
  const models::analytic::SingleServerQueue queue{rho, {1.0}};
  return {queue.sharing_response().seconds, queue.sharing_response_of({1.0}).seconds};
}

}  // namespace

TEST_CASE("processor sharing has the exact response and stretches all requests alike") {
  theory::check_exact_values(shared_core(0.5, theory::ServiceLaw::exponential(), 4000), exact(0.5));
  theory::check_exact_values(shared_core(0.8, theory::ServiceLaw::exponential(), 8000), exact(0.8));
}

TEST_CASE("processor sharing is insensitive to the service law") {
  theory::check_exact_values(shared_core(0.8, theory::ServiceLaw::lognormal(4.0), 8000), exact(0.8));
}

TEST_SUITE("slow") {
  TEST_CASE("M/M/1-PS intervals cover the exact values at their nominal rate") {
    theory::check_coverage(shared_core(0.7, theory::ServiceLaw::exponential(), 3000), exact(0.7));
  }
  TEST_CASE("M/G/1-PS intervals cover the exact values at their nominal rate") {
    theory::check_coverage(shared_core(0.7, theory::ServiceLaw::lognormal(4.0), 5000), exact(0.7));
  }
}
