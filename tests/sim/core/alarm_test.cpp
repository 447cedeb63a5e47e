// SPDX-License-Identifier: MIT
#include "sim/core/alarm.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "sim/core/timer.hpp"
#include "sim/random/stream.hpp"

using sim::Duration;
using sim::TimePoint;

namespace {

using History = std::vector<std::pair<double, std::size_t>>;

// Bells that set each other at random, with many ties; the first `alarms` of them are alarms, the others
// timers.
History ring(std::uint64_t seed, std::size_t alarms) {
  struct World;
  struct Bell {
    World* world;
    std::size_t number;
    std::unique_ptr<sim::Alarm> alarm;
    std::unique_ptr<sim::Timer> timer;

    void schedule(TimePoint time) {
      if (alarm) alarm->schedule(time);
      if (timer) timer->schedule(time);
    }
  };
  struct World {
    sim::Simulation simulation;
    sim::Stream random;
    History history;
    std::deque<Bell> bells;

    void act() {
      const std::size_t bell = random.below(bells.size());
      const auto delay = static_cast<double>(random.below(9)) - 1.0;
      bells[bell].schedule(delay < 0.0 ? TimePoint::never() : simulation.now() + Duration{delay});
    }
  };
  World world{.simulation = sim::Simulation(),
              .random = sim::Stream(seed, 0, "bells", 0),
              .history = {},
              .bells = {}};
  const auto fire = [](void* self) {
    auto& bell = *static_cast<Bell*>(self);
    World& all = *bell.world;
    all.history.push_back({all.simulation.now().seconds, bell.number});
    if (all.history.size() == 500) return all.simulation.stop();
    for (int i = 0; i < 3; ++i) all.act();
  };
  for (std::size_t i = 0; i < 12; ++i) {
    Bell& bell = world.bells.emplace_back();
    bell.world = &world;
    bell.number = i;
    if (i < alarms) {
      bell.alarm = std::make_unique<sim::Alarm>(world.simulation, fire, &bell);
    } else {
      bell.timer = std::make_unique<sim::Timer>(world.simulation, fire, &bell);
    }
  }
  for (int i = 0; i < 20; ++i) world.act();
  world.simulation.run_until(TimePoint::never());
  return world.history;
}

}  // namespace

TEST_CASE("an alarm rings exactly when a timer would, among alarms and among timers") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    const History expected = ring(seed, 0);
    REQUIRE(expected.size() == 500);
    for (const std::size_t alarms : {1u, 5u, 12u}) CHECK(ring(seed, alarms) == expected);
  }
}

TEST_CASE("an alarm that dies does not ring, and its place is free for the next") {
  sim::Simulation simulation;
  int rung = 0;
  const auto count = [](void* number) { ++*static_cast<int*>(number); };
  {
    sim::Alarm alarm(simulation, count, &rung);
    alarm.schedule(TimePoint{1.0});
  }
  sim::Alarm other(simulation, count, &rung);
  simulation.run_until(TimePoint{2.0});
  CHECK(rung == 0);
  other.schedule(TimePoint{3.0});
  simulation.run_until(TimePoint{4.0});
  CHECK(rung == 1);
}
