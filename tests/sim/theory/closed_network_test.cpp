// SPDX-License-Identifier: MIT
// Closed loops: machine repair (among it the interpreter lock as a closed queue) and a network of processor
// sharing stations against exact MVA. Observed over a fixed time from a stationary start, the number of
// completions and the time average of the number present are unbiased.
#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "models/analytic/machine_repair.hpp"
#include "models/analytic/mva.hpp"
#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/pool.hpp"
#include "sim/resource/shared_server.hpp"
#include "tests/sim/theory/exact_value.hpp"
#include "tests/sim/theory/sojourns.hpp"
#include "tests/sim/theory/stationary.hpp"

namespace {

using sim::Duration;
using sim::TimePoint;

struct Repair {
  std::size_t servers;
  std::size_t customers;
  Duration think;
  Duration service;
};

class RepairShop {
 public:
  RepairShop(std::uint64_t seed, std::uint64_t replication, const Repair& repair)
      : repair_(repair), simulation_(seed, replication), servers_(simulation_, repair.servers) {
    sim::Stream initial(seed, replication, "initial", 0);
    const std::size_t present =
        theory::number_in_repair(repair.servers, repair.customers, repair.service / repair.think)
            .draw(initial);
    for (std::size_t i = 0; i < repair.customers; ++i) {
      demands_.emplace_back(seed, replication, "demand", i);
      customer(i, i < present);
    }
  }
  ~RepairShop() { simulation_.kill_all_processes(); }

  sim::Simulation& simulation() { return simulation_; }

  // Throughput and mean number present.
  std::vector<double> run(Duration window) {
    simulation_.run_until(TimePoint{} + window);
    sojourns_.check_little(simulation_.now());
    return {static_cast<double>(completed_) / window.seconds, sojourns_.mean_number(simulation_.now())};
  }

 private:
  // What is left of an exponential time is exponential: those present at the start need a whole service.
  sim::Process customer(std::size_t i, bool present) {
    for (;; present = false) {
      if (!present) co_await simulation_.sleep(demands_[i].exponential() * repair_.think);
      const TimePoint arrived = simulation_.now();
      sojourns_.enter(arrived);
      co_await servers_.acquire();
      co_await simulation_.sleep(demands_[i].exponential() * repair_.service);
      servers_.release();
      sojourns_.leave(arrived, simulation_.now());
      ++completed_;
    }
  }

  Repair repair_;
  sim::Simulation simulation_;
  sim::Pool servers_;
  std::vector<sim::Stream> demands_;
  theory::Sojourns sojourns_;
  std::size_t completed_ = 0;
};

theory::Replicate repair_shop(const Repair& repair, Duration window) {
  return [=](std::uint64_t seed, std::uint64_t replication) {
    return RepairShop(seed, replication, repair).run(window);
  };
}

std::vector<double> exact(const Repair& repair) {
  const auto load =
      models::analytic::machine_repair(repair.servers, repair.customers, repair.think, repair.service);
  return {load.throughput, load.in_system};
}

// A cycle thinks, then visits every station in order. The middle station's work is lognormal: processor
// sharing does not mind.
struct Network {
  std::vector<Duration> demands;
  std::size_t customers;
  Duration think;
};

theory::ServiceLaw law_at(std::size_t station) {
  return station == 1 ? theory::ServiceLaw::lognormal(4.0) : theory::ServiceLaw::exponential();
}

class SharedStations {
 public:
  SharedStations(std::uint64_t seed, std::uint64_t replication, const Network& network)
      : network_(network), simulation_(seed, replication), sojourns_(network.demands.size()) {
    sim::Stream initial(seed, replication, "initial", 0);
    const std::vector<std::size_t> present = draw_state(initial);
    for (std::size_t s = 0; s < network_.demands.size(); ++s) {
      stations_.push_back(std::make_unique<sim::SharedServer>(simulation_, 1.0));
      stations_.back()->add_group({});
    }
    for (std::size_t i = 0; i < network_.customers; ++i)
      demands_.emplace_back(seed, replication, "demand", i);
    std::size_t i = 0;
    for (std::size_t s = 0; s < present.size(); ++s) {
      for (std::size_t n = 0; n < present[s]; ++n) {
        customer(i++, s, law_at(s).draw_left(initial) * network_.demands[s]);
      }
    }
    while (i < network_.customers) customer(i++, present.size(), Duration{});
  }
  ~SharedStations() { simulation_.kill_all_processes(); }

  sim::Simulation& simulation() { return simulation_; }

  // Throughput, then the mean number at each station.
  std::vector<double> run(Duration window) {
    simulation_.run_until(TimePoint{} + window);
    std::vector<double> observation{static_cast<double>(completed_) / window.seconds};
    for (const theory::Sojourns& station : sojourns_) {
      station.check_little(simulation_.now());
      observation.push_back(station.mean_number(simulation_.now()));
    }
    return observation;
  }

 private:
  // Product form: the weight of (n_1, ..., n_k) with the others thinking is prod D_i^n_i * Z^n_0 / n_0!.
  // Station by station: g_i(m) is the weight of m customers at the stations from i on and in thought.
  std::vector<std::size_t> draw_state(sim::Stream& stream) const {
    const std::size_t stations = network_.demands.size();
    std::vector<std::vector<double>> weight(stations + 1, std::vector<double>(network_.customers + 1, 1.0));
    for (std::size_t m = 1; m <= network_.customers; ++m) {
      weight[stations][m] = weight[stations][m - 1] * network_.think.seconds / static_cast<double>(m);
    }
    for (std::size_t i = stations; i-- > 0;) {
      weight[i][0] = 1.0;
      for (std::size_t m = 1; m <= network_.customers; ++m) {
        weight[i][m] = weight[i + 1][m] + network_.demands[i].seconds * weight[i][m - 1];
      }
    }
    std::vector<std::size_t> state;
    std::size_t left = network_.customers;
    for (std::size_t i = 0; i < stations; ++i) {
      std::vector<double> weights;
      double power = 1.0;
      for (std::size_t n = 0; n <= left; ++n) {
        weights.push_back(power * weight[i + 1][left - n]);
        power *= network_.demands[i].seconds;
      }
      state.push_back(theory::DiscreteLaw(weights).draw(stream));
      left -= state.back();
    }
    return state;
  }

  // Starts with `work` at `station`, or in thought when that is past the last one.
  sim::Process customer(std::size_t i, std::size_t station, Duration work) {
    for (;;) {
      for (; station < stations_.size(); ++station) {
        const TimePoint arrived = simulation_.now();
        sojourns_[station].enter(arrived);
        sim::Job job(*stations_[station], sim::GroupId{0});
        co_await job.use(work);
        sojourns_[station].leave(arrived, simulation_.now());
        if (station + 1 == stations_.size()) break;
        work = law_at(station + 1).draw(demands_[i]) * network_.demands[station + 1];
      }
      if (station < stations_.size()) ++completed_;
      co_await simulation_.sleep(demands_[i].exponential() * network_.think);
      station = 0;
      work = law_at(0).draw(demands_[i]) * network_.demands[0];
    }
  }

  Network network_;
  sim::Simulation simulation_;
  std::vector<std::unique_ptr<sim::SharedServer>> stations_;
  std::vector<sim::Stream> demands_;
  std::vector<theory::Sojourns> sojourns_;
  std::size_t completed_ = 0;
};

theory::Replicate shared_stations(const Network& network, Duration window) {
  return [=](std::uint64_t seed, std::uint64_t replication) {
    return SharedStations(seed, replication, network).run(window);
  };
}

std::vector<double> exact(const Network& network) {
  const auto solved =
      models::analytic::mean_value_analysis(network.demands, network.customers, network.think);
  std::vector<double> values{solved.throughput};
  values.insert(values.end(), solved.station_length.begin(), solved.station_length.end());
  return values;
}

const Duration lock_need{0.010};
const Duration io{0.040};

Network three_stations(std::size_t customers) {
  return {{{0.02}, {0.05}, {0.03}}, customers, {1.0}};
}

}  // namespace

TEST_CASE("machine repair has the exact throughput and population") {
  for (const Repair& repair :
       {Repair{1, 10, {9.0}, {1.0}}, Repair{2, 10, {4.0}, {1.0}}, Repair{4, 40, {9.0}, {1.0}}}) {
    CAPTURE(repair.servers);
    theory::check_exact_values(repair_shop(repair, {5000.0}), exact(repair));
  }
}

TEST_CASE("threads under one interpreter lock have the throughput of a closed queue") {
  for (const std::size_t threads : {1u, 2u, 4u, 8u}) {
    CAPTURE(threads);
    const Repair lock{1, threads, io, lock_need};
    theory::check_exact_values(repair_shop(lock, {100.0}), exact(lock));
  }
}

TEST_CASE("a closed network of shared stations agrees with exact mean value analysis") {
  for (const std::size_t customers : {1u, 10u, 20u}) {
    CAPTURE(customers);
    theory::check_exact_values(shared_stations(three_stations(customers), {600.0}),
                               exact(three_stations(customers)));
  }
}

TEST_SUITE("slow") {
  TEST_CASE("machine repair intervals cover the exact values at their nominal rate") {
    const Repair repair{4, 40, {9.0}, {1.0}};
    theory::check_coverage(repair_shop(repair, {1000.0}), exact(repair));
  }
  TEST_CASE("interpreter lock intervals cover the exact values at their nominal rate") {
    const Repair lock{1, 8, io, lock_need};
    theory::check_coverage(repair_shop(lock, {30.0}), exact(lock));
  }
  TEST_CASE("closed network intervals cover the exact values at their nominal rate") {
    theory::check_coverage(shared_stations(three_stations(10), {150.0}), exact(three_stations(10)));
  }
}
