// SPDX-License-Identifier: MIT
// Closed queues against tabled values, and against each other where two methods solve one model.
#include <doctest/doctest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <vector>

#include "models/analytic/machine_repair.hpp"
#include "models/analytic/mva.hpp"

using doctest::Approx;
using models::analytic::machine_repair;
using models::analytic::mean_value_analysis;
using namespace sim::literals;

TEST_CASE("machine repair has the tabled throughput, population and response") {
  struct Row {
    std::size_t c, n;
    double think, service, throughput, in_system, response;
  };
  const Row table[] = {
      {1, 10, 9, 1, .83203677, 2.51166904, 3.01869955},
      {1, 20, 9, 1, .99938303, 11.00555276, 11.01234707},
      {2, 10, 4, 1, 1.70853248, 3.16587008, 1.85297623},
      {4, 40, 9, 1, 3.64906523, 7.15841291, 1.96171141},
      {8, 100, 10, 1, 7.91089917, 20.89100835, 2.64078810},
  };
  for (const Row& row : table) {
    CAPTURE(row.c);
    CAPTURE(row.n);
    const auto load = machine_repair(row.c, row.n, {row.think}, {row.service});
    CHECK(std::abs(load.throughput - row.throughput) < 6e-9);
    CHECK(std::abs(load.in_system - row.in_system) < 6e-9);
    CHECK(std::abs(load.response.seconds - row.response) < 6e-9);
  }
}

TEST_CASE("threads under one interpreter lock are a closed queue") {
  struct Row {
    std::size_t threads;
    double throughput, response_ms, digits_x, digits_r;
  };
  const Row table[] = {{1, 20.0, 10.0, 5e-7, 5e-7},     {2, 38.4615, 12.0, 6e-5, 5e-7},
                       {4, 68.9320, 18.03, 6e-5, 6e-3}, {5, 80.0933, 22.43, 6e-5, 6e-3},
                       {8, 96.9580, 42.51, 6e-5, 6e-3}, {16, 99.9996, 120.0, 6e-5, 6e-2}};
  for (const Row& row : table) {
    CAPTURE(row.threads);
    const auto load = machine_repair(1, row.threads, 40_ms, 10_ms);
    CHECK(std::abs(load.throughput - row.throughput) < row.digits_x);
    CHECK(std::abs(load.response.seconds * 1e3 - row.response_ms) < row.digits_r);
  }
}

TEST_CASE("four processes that share one pool have the tabled throughput") {
  struct Row {
    std::size_t clients;
    double throughput;
  };
  for (const Row& row : {Row{8, 159.668}, Row{16, 305.384}, Row{20, 357.839}, Row{32, 399.771}}) {
    CHECK(std::abs(machine_repair(4, row.clients, 40_ms, 10_ms).throughput - row.throughput) < 6e-4);
  }
}

// The balance equations pi Q = 0 of the chain, solved as a linear system without its product form.
TEST_CASE("machine repair solves its balance equations") {
  const int customers = 12;
  const int servers = 3;
  const double think = 2.5;
  const double service = 0.8;
  Eigen::MatrixXd generator = Eigen::MatrixXd::Zero(customers + 1, customers + 1);
  for (int n = 0; n <= customers; ++n) {
    if (n < customers) generator(n, n + 1) = (customers - n) / think;
    if (n > 0) generator(n, n - 1) = std::min(n, servers) / service;
    generator(n, n) = -generator.row(n).sum();
  }
  Eigen::MatrixXd system = generator.transpose();
  system.row(0).setOnes();
  Eigen::VectorXd right = Eigen::VectorXd::Zero(customers + 1);
  right[0] = 1.0;
  const Eigen::VectorXd probability = system.fullPivLu().solve(right);
  double in_system = 0.0;
  for (int n = 0; n <= customers; ++n) in_system += n * probability[n];
  const auto load = machine_repair(servers, customers, {think}, {service});
  CHECK(load.in_system == Approx(in_system).epsilon(1e-10));
  CHECK(load.throughput == Approx((customers - in_system) / think).epsilon(1e-10));
}

TEST_CASE("ten thousand customers neither overflow nor exceed the servers") {
  const auto load = machine_repair(16, 10000, 1_s, 1_ms);
  CHECK(load.throughput <= 16000.0);
  CHECK(load.throughput == Approx(10000.0 / (1.0 + load.response.seconds)).epsilon(1e-9));
}

TEST_CASE("exact MVA has the tabled throughput and response and respects its bounds") {
  const std::vector<sim::Duration> demands{20_ms, 50_ms, 30_ms};
  struct Row {
    std::size_t customers;
    double throughput, response;
  };
  const Row table[] = {{1, .90909091, .1},
                       {5, 4.48280197, .11537383},
                       {10, 8.75353863, .14239514},
                       {20, 15.97515381, .25194413},
                       {50, 19.99992902, 1.50000887}};
  for (const Row& row : table) {
    CAPTURE(row.customers);
    const auto network = mean_value_analysis(demands, row.customers, 1_s);
    CHECK(std::abs(network.throughput - row.throughput) < 6e-9);
    CHECK(std::abs(network.response.seconds - row.response) < 6e-9);
    CHECK(network.throughput <=
          models::analytic::throughput_bound(demands, row.customers, 1_s) * (1.0 + 1e-15));
    double inside = network.throughput * 1.0;
    for (std::size_t i = 0; i < demands.size(); ++i) {
      CHECK(network.station_utilization[i] == Approx(network.throughput * demands[i].seconds));
      inside += network.station_length[i];
    }
    CHECK(inside == Approx(static_cast<double>(row.customers)).epsilon(1e-12));  // Little
  }
}

TEST_CASE("one station under MVA is machine repair with one server") {
  const std::vector<sim::Duration> demand{10_ms};
  for (const std::size_t customers : {1u, 4u, 8u, 16u}) {
    const auto network = mean_value_analysis(demand, customers, 40_ms);
    const auto repair = machine_repair(1, customers, 40_ms, 10_ms);
    CHECK(network.throughput == Approx(repair.throughput).epsilon(1e-12));
    CHECK(network.response.seconds == Approx(repair.response.seconds).epsilon(1e-12));
  }
}
