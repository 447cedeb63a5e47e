// SPDX-License-Identifier: MIT
// Which process gets a new connection, seen in the throughput of loops that compute: 100/s for each loop that has a
// connection.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sim/stats/confidence.hpp"
#include "tests/models/built_trial.hpp"

using namespace built;

namespace {

double throughput(const std::string& name, double stickiness, std::uint64_t replication = 0) {
  Profile computing = profile({cpu(Duration{0.01})});
  computing.accept.stickiness = models::assumed(models::Fraction{stickiness});
  TrialParameters parameters = closed(std::move(computing), server(name, 4), 8);
  parameters.node.cores = 4;
  return of(simulate(parameters, 2.0, 1.0, replication), Metric::throughput);
}

}  // namespace

TEST_CASE("A busy event loop takes connections as well as an idle one") {
  CHECK(throughput("uvicorn", 1.0) == built::relative(100.0, 0.01));
  // Eight connections, each to one of four loops at random, leave a loop out with chance (3/4)^8.
  std::vector<double> values;
  for (std::uint64_t replication = 0; replication < 200; ++replication) {
    values.push_back(throughput("uvicorn", 0.0, replication));
  }
  const sim::Interval interval = sim::t_interval(values, 0.999);
  CHECK(interval.contains(400.0 * (1.0 - std::pow(0.75, 8))));
  CHECK(interval.half_width < 20.0);
}

TEST_CASE("Pollers that are busy leave a connection to idle ones") {
  CHECK(throughput("gunicorn_gthread", 1.0) > 150.0);
}

TEST_CASE("A primary hands connections over one after the other, for all workers") {
  // 1 ms of the primary's and 0.1 + 0.4 ms of a worker's CPU time: four workers on five cores answer 8000/s, the primary
  // lets 1000/s through. With connections that stay it has nothing to do.
  Profile handing = profile({cpu(Duration{0.4e-3})});
  handing.accept.primary_cpu = models::assumed(Duration{1e-3});
  handing.accept.connection_cpu = models::assumed(Duration{0.1e-3});
  TrialParameters parameters = closed(handing, server("node_cluster", 4), 16);
  parameters.node.cores = 5;
  parameters.service.keep_alive = false;
  const auto closing = simulate(parameters, 5.0);
  CHECK(of(closing, Metric::throughput) == built::relative(1000.0, 1e-3));
  CHECK(of(closing, Metric::cpu_per_request) == built::relative(1.5e-3, 1e-3));
  // A lonely request passes both, one after the other.
  parameters.service.load.connections = 1;
  CHECK(of(simulate(parameters, 5.0), Metric::latency_mean) == built::relative(1.5e-3, 1e-6));
  parameters.service.keep_alive = true;
  CHECK(of(simulate(parameters, 5.0), Metric::cpu_per_request) == built::relative(0.4e-3, 1e-6));
  // Others have none.
  parameters.service.keep_alive = false;
  parameters.deployment.server = "uvicorn";
  CHECK(of(simulate(parameters, 5.0), Metric::cpu_per_request) == built::relative(0.5e-3, 1e-6));
}
