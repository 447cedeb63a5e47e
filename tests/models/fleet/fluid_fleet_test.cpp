// SPDX-License-Identifier: MIT
// Days on a replica made by hand: 10 ms of CPU a request, one core, so 100 requests/s use all of it.
#include "models/fleet/fluid_fleet.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sim/random/stream.hpp"

using models::Autoscale;
using models::Balancer;
using models::DayLoad;
using models::Duration;
using models::FleetDay;
using models::FleetSettings;
using models::Rate;
using models::ReplicaCurve;
using models::ReplicaState;
using models::Slo;

namespace {

// 10 ms each, up to 100/s; in the last stretch one in a hundred and more is above the p99 promise.
ReplicaCurve one_core() {
  return ReplicaCurve({ReplicaState{90.0, 0.9, 0.0, 0.010, {0.0, 0.0, 0.0}}, ReplicaState{100.0, 1.0, 0.0, 0.020, {0.0, 0.0, 0.02}}},
                      100.0, 1.0);
}

Autoscale half_busy(models::Count max = 50) {
  Autoscale settings;
  settings.max = max;
  settings.target_cpu = {0.5};
  return settings;
}

Autoscale trace_of(Autoscale settings, std::vector<models::DayPoint> points) {
  settings.trace = "trace";
  settings.trace_points = std::move(points);
  return settings;
}

struct Case {
  Autoscale autoscale;
  Slo slo;
  models::Load load;
  Duration spawn{1.0};
  Balancer balancer = Balancer::random;
  double backlog = 1e9;
  Duration timeout = Duration::infinite();
  double spawn_cores = 0.0;

  FleetDay day() const {
    return models::simulate_day(DayLoad(load, autoscale), one_core(),
                                FleetSettings{autoscale, slo, balancer, {spawn, spawn_cores}, 1.0, backlog, timeout});
  }
};

Slo p99_of_100ms() {
  Slo slo;
  slo.p99 = Duration{0.1};
  return slo;
}

double imbalance(const FleetDay& day) {
  return day.arrived + day.waiting_before - day.completed - day.lost - day.waiting_after;
}

}  // namespace

TEST_CASE("between two loads a replica's state is linear, above the last it is the last one's") {
  const ReplicaCurve curve = one_core();
  CHECK(curve.at(45.0).cores == doctest::Approx(0.45));
  CHECK(curve.at(45.0).latency == doctest::Approx(0.010));
  CHECK(curve.at(95.0).above[2] == doctest::Approx(0.01));
  CHECK(curve.at(500.0).cores == 1.0);
}

// 300/s at a target of 50 % of one core each: six replicas at exactly the target, all day.
TEST_CASE("a constant load is a steady state") {
  Case constant{half_busy(), p99_of_100ms(), {}};
  constant.load.open = Rate{300.0};
  const FleetDay day = constant.day();
  CHECK(day.replica_seconds == doctest::Approx(6 * 86400.0));
  CHECK(day.core_seconds == doctest::Approx(3 * 86400.0));
  CHECK(day.most_replicas == 6);
  CHECK(day.fewest_replicas == 6);
  CHECK(day.grown + day.shrunk == 0);
  CHECK(day.minutes == 1440.0);
  CHECK(day.missed_minutes == 0.0);
  CHECK(day.arrived == doctest::Approx(300.0 * 86400.0));
  CHECK(day.completed == doctest::Approx(day.arrived));
}

// By hand. Two replicas at 100/s in all; 400/s from 600 s on, so each is full at once. The sample of 600..615 s shows
// 100 %, and is acted upon at 630 s: 2 x 2 = 4 replicas. These start (5 s), spawn (1 s) and answer the probe at 10 s:
// ready at 645 s. Until they have a sample of a whole interval (645..660 s, acted upon at 675 s) they damp: 2 of 4 at
// 100 % are 50 %, no reason to grow. Then all four are at 100 %: 8 replicas.
TEST_CASE("a step of load is followed as the algorithm says") {
  Case step{trace_of(half_busy(), {{Duration{0.0}, {100.0}}, {Duration{600.0}, {100.0}}, {Duration{600.0}, {400.0}}, {Duration{700.0}, {400.0}}}),
            p99_of_100ms(),
            {}};
  const FleetDay day = step.day();
  CHECK(day.replica_seconds == doctest::Approx(2 * 630.0 + 4 * 45.0 + 8 * 25.0));
  CHECK(day.grown == 2);
  CHECK(day.most_replicas == 8);
  // From 600 to 645 s the two get 100/s each more than they serve; the others serve all they get. The eight of 690 s
  // leave them 50/s each to work off the queue.
  CHECK(day.waiting_after == doctest::Approx(2 * 100.0 * 45.0 - 2 * 50.0 * 10.0));
  CHECK(imbalance(day) == doctest::Approx(0.0));
  CHECK(day.missed_minutes == 2.0);  // 10:00 and what is left of 11:00
}

// By hand. Two replicas at their target; 200/s from 600 s on fill them, and at 630 s there are four. The new ones run from
// 635 s, spawn for 400 s on a full core and are ready at 1035 s, older than 300 s: at once the last sample of their
// start-up counts, four are at 100 %, and there shall be eight. Were they young they would wait for a sample of their
// own, from 1035 to 1050 s, which shows 50/s each: nothing to do.
TEST_CASE("a replica that starts for longer than the initialization period makes the fleet grow by its start-up") {
  Case slow{trace_of(half_busy(), {{Duration{0.0}, {100.0}}, {Duration{600.0}, {100.0}}, {Duration{600.0}, {200.0}}, {Duration{1100.0}, {200.0}}}),
            p99_of_100ms(),
            {},
            Duration{400.0}};
  slow.spawn_cores = 1.0;
  const FleetDay old_when_ready = slow.day();
  CHECK(old_when_ready.grown == 2);
  CHECK(old_when_ready.most_replicas == 8);
  CHECK(old_when_ready.replica_seconds == doctest::Approx(2 * 630.0 + 4 * 405.0 + 8 * 65.0));
  slow.autoscale.cpu_initialization = Duration{600.0};
  const FleetDay young = slow.day();
  CHECK(young.grown == 1);
  CHECK(young.most_replicas == 4);
  // 100/s until 600 s and 200/s after it, at 10 ms; two spawn for 400 s.
  CHECK(young.core_seconds == doctest::Approx(600.0 + 500.0 * 2.0 + 2 * 400.0));
}

// The two new ones of 630 s run from 635.25 s and spawn for half a second, within one step or over the end of one.
TEST_CASE("a start-up is charged for as long as it takes, not for whole steps") {
  Case quick{trace_of(half_busy(), {{Duration{0.0}, {100.0}}, {Duration{600.0}, {100.0}}, {Duration{600.0}, {200.0}}, {Duration{1100.0}, {200.0}}}),
             p99_of_100ms(),
             {},
             Duration{0.5}};
  quick.spawn_cores = 1.0;
  for (const double image_start : {5.25, 5.75}) {
    CAPTURE(image_start);
    quick.autoscale.image_start = Duration{image_start};
    const FleetDay day = quick.day();
    REQUIRE(day.most_replicas == 4);
    CHECK(day.core_seconds == doctest::Approx(600.0 + 500.0 * 2.0 + 2 * 0.5));
  }
}

// The longer a replica takes to start, the longer users wait for it: nothing else differs.
TEST_CASE("a slower start costs more missed minutes") {
  const auto missed = [](double spawn) {
    Case ramp{trace_of(half_busy(), {{Duration{0.0}, {100.0}}, {Duration{600.0}, {100.0}}, {Duration{900.0}, {2000.0}}, {Duration{3000.0}, {2000.0}}}),
              p99_of_100ms(),
              {},
              Duration{spawn},
              Balancer::least_request};
    const FleetDay day = ramp.day();
    CHECK(imbalance(day) == doctest::Approx(0.0).epsilon(1e-6));
    return day.late;
  };
  const double quick = missed(1.0);
  const double slow = missed(20.0);
  const double slower = missed(60.0);
  CHECK(quick < slow);
  CHECK(slow < slower);
}

// A queue is its replica's own: with a random balancer the old replicas keep theirs while new ones have room, so that it
// lasts longer than with least_request, which gives the new ones everything until the queues are level.
TEST_CASE("least_request ends queues sooner than a random balancer") {
  Case burst{trace_of(half_busy(), {{Duration{0.0}, {150.0}}, {Duration{300.0}, {150.0}}, {Duration{300.0}, {900.0}}, {Duration{420.0}, {900.0}},
                                    {Duration{420.0}, {150.0}}, {Duration{1800.0}, {150.0}}}),
             p99_of_100ms(),
             {}};
  const FleetDay random = burst.day();
  burst.balancer = Balancer::least_request;
  const FleetDay least = burst.day();
  CHECK(random.missed_minutes > 2.0);
  CHECK(least.missed_minutes < random.missed_minutes);
  CHECK(imbalance(least) == doctest::Approx(0.0).epsilon(1e-6));
}

// A backlog of 50 beside 100 requests/s served: the rest of 400/s on one replica is refused.
TEST_CASE("beyond backlog and patience requests are lost, and none is forgotten") {
  Case overload{trace_of(half_busy(1), {{Duration{0.0}, {400.0}}, {Duration{600.0}, {400.0}}}), p99_of_100ms(), {}};
  overload.backlog = 50.0;
  const FleetDay refused = overload.day();
  CHECK(refused.waiting_after == doctest::Approx(50.0));
  CHECK(refused.lost == doctest::Approx(600 * 300.0 - 50.0));
  CHECK(imbalance(refused) == doctest::Approx(0.0).epsilon(1e-6));
  overload.backlog = 1e9;
  overload.timeout = Duration{2.0};
  CHECK(overload.day().waiting_after == doctest::Approx(200.0));
}

// Whatever the load, the settings and the balancer do.
TEST_CASE("every request of a day is completed, lost or waiting") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    sim::Stream random(seed, 0, "day", 0);
    Autoscale settings = half_busy(static_cast<models::Count>(1 + random.below(30)));
    settings.stabilize_down = Duration{60.0 * static_cast<double>(random.below(6))};
    std::vector<models::DayPoint> points;
    for (int i = 0; i <= 20; ++i) points.push_back({Duration{i * 180.0}, {2000.0 * random.uniform()}});
    Case one{trace_of(settings, std::move(points)), p99_of_100ms(), {}, Duration{30.0 * random.uniform()},
             random.below(2) == 0 ? Balancer::random : Balancer::least_request};
    if (random.below(2) == 0) one.backlog = 1000.0 * random.uniform();
    const FleetDay day = one.day();
    CHECK(std::abs(imbalance(day)) < 1e-6 * day.arrived);
    CHECK(day.late <= day.completed * (1.0 + 1e-12));
    CHECK(day.most_replicas <= *settings.max);
    CHECK(day.core_seconds <= day.replica_seconds);
    double replica_seconds = 0.0;
    double missed = 0.0;
    for (const FleetDay::Part& part : day.parts) {
      replica_seconds += part.replica_seconds;
      missed += part.missed_minutes;
    }
    CHECK(replica_seconds == doctest::Approx(day.replica_seconds));
    CHECK(missed == day.missed_minutes);
  }
}
