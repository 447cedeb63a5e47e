// SPDX-License-Identifier: MIT
#include "models/fleet/day.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/built_trial.hpp"
#include "tests/reference/elastic_service.hpp"

using namespace built;
using models::Autoscale;
using models::DayMetric;

namespace {

// 10 ms of CPU a request in a container of one core, on a node with room for all of them.
TrialParameters one_core(const char* server_name, Count processes, Count threads = 1) {
  TrialParameters parameters =
      built::open(free_threaded({cpu(exponential(Duration{0.010}))}), built::server(server_name, processes, threads), 100.0);
  parameters.container.limits.cpu = models::Cores{1.0};
  parameters.node.cores = 64;
  parameters.service.slo.p99 = Duration{0.25};
  parameters.service.balancer = models::Balancer::least_request;
  parameters.profile.spawn.cpu = models::assumed(Duration{2.0});
  parameters.profile.spawn.wait = models::assumed(Duration{0.5});
  return parameters;
}

Autoscale half_busy(double seconds, double low, double high, double ramp = 0.15) {
  Autoscale settings;
  settings.max = 24;
  settings.min = 2;
  settings.target_cpu = {0.6};
  settings.probe = Duration{1.0};
  settings.trace = "hour";
  settings.trace_points = {{Duration{0.0}, {low}},
                           {Duration{0.25 * seconds}, {low}},
                           {Duration{(0.25 + ramp) * seconds}, {high}},
                           {Duration{0.60 * seconds}, {high}},
                           {Duration{(0.60 + ramp) * seconds}, {low}},
                           {Duration{seconds}, {low}}};
  return settings;
}

models::RunOptions options(int jobs) {
  models::RunOptions result;
  result.jobs = jobs;
  return result;
}

}  // namespace

// P workers spawn at once on one core: P x 2 s of CPU, then 0.5 s that takes none. With preload one import is enough.
TEST_CASE("a process-heavy replica takes longer to spawn") {
  CHECK(models::start_up(one_core("gunicorn_sync", 1), 0).time.seconds == doctest::Approx(2.5).epsilon(0.05));
  CHECK(models::start_up(one_core("gunicorn_sync", 8), 0).time.seconds == doctest::Approx(16.5).epsilon(0.02));
  CHECK(models::start_up(one_core("gunicorn_gthread", 1, 8), 0).time.seconds == doctest::Approx(2.5).epsilon(0.05));
  TrialParameters preloaded = one_core("gunicorn_sync", 8);
  preloaded.deployment.preload = true;
  CHECK(models::start_up(preloaded, 0).time.seconds == doctest::Approx(2.5).epsilon(0.05));
}

// 10 ms of CPU on one core: 100 requests/s is the most, and u of it takes u cores.
TEST_CASE("the curve of a replica ends at its capacity and uses CPU in proportion") {
  const auto curve = models::replica_curve(one_core("gunicorn_gthread", 1, 8), 300.0, 3, {});
  REQUIRE(curve.has_value());
  CHECK(curve->capacity() == doctest::Approx(100.0).epsilon(0.05));
  CHECK(curve->at(50.0).cores == doctest::Approx(0.5).epsilon(0.05));
  CHECK(curve->at(20.0).above[2] < curve->at(97.0).above[2]);
  CHECK(curve->at(50.0).lost == 0.0);
}

// A queue makes threads hand over their lock, which costs CPU that an autoscaler sees: with a queue the container uses all
// of its quota, although at nearly the same load without one it does not.
TEST_CASE("a replica with a queue is busier than one that just keeps up") {
  TrialParameters threads = one_core("gunicorn_gthread", 1, 8);
  threads.profile = with_measured_lock(profile({built::lock(exponential(Duration{0.001}), 10.0)}));
  threads.container.limits.cpu = models::Cores{0.5};
  const auto curve = models::replica_curve(threads, 300.0, 0, {});
  REQUIRE(curve.has_value());
  CHECK(curve->busy_cores() == doctest::Approx(0.5).epsilon(0.02));
  CHECK(curve->at(0.94 * curve->capacity()).cores < 0.94 * curve->busy_cores());
}

TEST_CASE("days are the same for any number of threads, and need not be alone") {
  const Autoscale autoscale = half_busy(900.0, 60.0, 240.0);
  const models::DayQuestion sync{{one_core("gunicorn_sync", 4)}, autoscale};
  const models::DayQuestion threads{{one_core("gunicorn_gthread", 1, 4)}, autoscale};
  const std::vector<models::Day> both = models::find_days({sync, threads}, options(2));
  const std::vector<models::Day> alone = models::find_days({threads}, options(1));
  for (std::size_t i = 0; i < models::day_metric_count; ++i) {
    CHECK(both[1].estimates[i].mean == alone[0].estimates[i].mean);
    CHECK(both[1].estimates[i].half_width == alone[0].estimates[i].half_width);
  }
  CHECK(both[0][DayMetric::start_up].mean > both[1][DayMetric::start_up].mean);
  CHECK(both[0].parts.size() == 24);
}

TEST_CASE("a day that is stopped has no result") {
  models::RunOptions stopped = options(1);
  stopped.stop_requested = [] { return true; };
  CHECK_THROWS_AS(models::find_days({{{one_core("gunicorn_sync", 4)}, half_busy(900.0, 60.0, 240.0)}}, stopped),
                  models::Interrupted);
}

TEST_SUITE("slow") {
  // An hour from 100/s to 900/s and back, every request simulated on replicas that come and go, against the fluid day
  // on the curve of one replica. The climb takes nine minutes, which the autoscaler follows, or one, which it does not.
  // What it costs (replica-hours) is wanted within 5 %, what users lose by it within 10 % where it is more than the
  // SLO grants, and the minutes of it to the two in which a climb begins and ends.
  TEST_CASE("the fluid day agrees with the simulation of every request") {
    for (const double ramp : {0.15, 0.02}) {
      for (const auto balancer : {models::Balancer::random, models::Balancer::least_request}) {
        for (const bool heavy : {true, false}) {
          CAPTURE(ramp);
          CAPTURE(static_cast<int>(balancer));
          CAPTURE(heavy);
          const Autoscale autoscale = half_busy(3600.0, 100.0, 900.0, ramp);
          TrialParameters parameters = heavy ? one_core("gunicorn_sync", 8) : one_core("native_threads", 1, 8);
          parameters.service.balancer = balancer;
          const models::Day day = models::find_days({{{parameters}, autoscale}}, options(0)).front();
          parameters.replicas = 2;
          const reference::ElasticDay full = reference::ElasticService(parameters, autoscale, 0).run();
          const double out = (full.late + full.lost) / full.arrived;
          INFO("missed minutes ", full.missed_minutes, ", out of SLO ", out);
          CHECK(day[DayMetric::requests].mean == doctest::Approx(full.arrived).epsilon(0.01));
          CHECK(day[DayMetric::replica_hours].mean == doctest::Approx(full.replica_seconds / 3600.0).epsilon(0.05));
          CHECK(std::abs(day[DayMetric::missed_minutes].mean - full.missed_minutes) <= 2.0);
          if (out > 0.01) CHECK(day[DayMetric::out_of_slo].mean == doctest::Approx(out).epsilon(0.10));
        }
      }
    }
  }
}
