// SPDX-License-Identifier: MIT
#include "sim/core/timer.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <utility>
#include <vector>

#include "sim/random/stream.hpp"
#include "tests/reference/naive_event_list.hpp"

using namespace sim::literals;
using sim::Simulation;
using sim::TimePoint;

namespace {

struct Counter {
  Simulation& simulation;
  std::vector<TimePoint> fired;
  sim::Timer timer{simulation, [](void* self) { static_cast<Counter*>(self)->fire(); }, this};

  explicit Counter(Simulation& owner) : simulation(owner) {}
  void fire() { fired.push_back(simulation.now()); }
};

}  // namespace

TEST_CASE("a timer fires once, at its time") {
  Simulation simulation;
  Counter counter(simulation);
  CHECK(!counter.timer.pending());
  CHECK(counter.timer.due() == TimePoint::never());
  counter.timer.schedule({2.0});
  CHECK(counter.timer.pending());
  CHECK(counter.timer.due() == TimePoint{2.0});
  simulation.run_until({10.0});
  CHECK(counter.fired == std::vector<TimePoint>{{2.0}});
  CHECK(!counter.timer.pending());
}

TEST_CASE("setting a timer again replaces the time, later or earlier") {
  Simulation simulation;
  Counter counter(simulation);
  counter.timer.schedule({2.0});
  counter.timer.schedule({5.0});
  simulation.run_until({4.0});
  CHECK(counter.fired.empty());
  counter.timer.schedule({4.5});
  simulation.run_until({10.0});
  CHECK(counter.fired == std::vector<TimePoint>{{4.5}});
  CHECK(simulation.events() == 1);
}

TEST_CASE("a cancelled timer does not fire and can be set again") {
  Simulation simulation;
  Counter counter(simulation);
  counter.timer.schedule({2.0});
  counter.timer.cancel();
  CHECK(!counter.timer.pending());
  simulation.run_until({1.0});
  counter.timer.schedule({3.0});
  simulation.run_until({10.0});
  CHECK(counter.fired == std::vector<TimePoint>{{3.0}});
  counter.timer.schedule(TimePoint::never());
  CHECK(!counter.timer.pending());
}

TEST_CASE("a timer that dies before its time disturbs nobody") {
  Simulation simulation;
  auto first = std::make_unique<Counter>(simulation);
  first->timer.schedule({2.0});
  first.reset();
  // Takes over the slot of the first one, whose event is still listed.
  Counter second(simulation);
  second.timer.schedule({3.0});
  simulation.run_until({10.0});
  CHECK(second.fired == std::vector<TimePoint>{{3.0}});
}

namespace {

// Timers that set and cancel each other at random, with many ties, and what a table of (time, order of
// setting) would do. Only events tell the two lists apart, so all three must give the same history.
using History = std::vector<std::pair<double, std::size_t>>;

constexpr std::size_t timers = 12;

struct Action {
  std::size_t timer;
  double delay;  // negative: cancel
};

Action random_action(sim::Stream& random) {
  return {random.below(timers), static_cast<double>(random.below(9)) - 1.0};
}

template <class EventList>
History with_timers(std::uint64_t seed, std::size_t length) {
  struct World;
  struct Bell {
    World* world;
    std::size_t number;
    std::unique_ptr<sim::BasicTimer<EventList>> timer;
  };
  struct World {
    sim::BasicSimulation<EventList> simulation;
    sim::Stream random;
    std::size_t length;
    History history;
    std::vector<Bell> bells;

    void act() {
      const auto [timer, delay] = random_action(random);
      if (delay < 0.0) {
        bells[timer].timer->cancel();
      } else {
        bells[timer].timer->schedule(simulation.now() + sim::Duration{delay});
      }
    }
    void ring(std::size_t number) {
      history.push_back({simulation.now().seconds, number});
      if (history.size() == length) return simulation.stop();
      for (int i = 0; i < 3; ++i) act();
    }
  };
  World world{.simulation = sim::BasicSimulation<EventList>(),
              .random = sim::Stream(seed, 0, "timers", 0),
              .length = length,
              .history = {},
              .bells = std::vector<Bell>(timers)};
  for (std::size_t i = 0; i < timers; ++i) {
    world.bells[i].world = &world;
    world.bells[i].number = i;
    world.bells[i].timer = std::make_unique<sim::BasicTimer<EventList>>(
        world.simulation,
        [](void* self) {
          auto& bell = *static_cast<Bell*>(self);
          bell.world->ring(bell.number);
        },
        &world.bells[i]);
  }
  for (int i = 0; i < 20; ++i) world.act();
  world.simulation.run_until(TimePoint::never());
  return world.history;
}

History with_table(std::uint64_t seed, std::size_t length) {
  struct Entry {
    double due = -1.0;
    std::size_t order = 0;
  };
  sim::Stream random(seed, 0, "timers", 0);
  std::vector<Entry> table(timers);
  History history;
  double now = 0.0;
  std::size_t order = 0;
  const auto act = [&] {
    const auto [timer, delay] = random_action(random);
    table[timer] = delay < 0.0 ? Entry{} : Entry{now + delay, ++order};
  };
  for (int i = 0; i < 20; ++i) act();
  while (history.size() < length) {
    std::size_t next = timers;
    for (std::size_t i = 0; i < timers; ++i) {
      if (table[i].due < 0.0) continue;
      if (next == timers ||
          std::pair(table[i].due, table[i].order) < std::pair(table[next].due, table[next].order))
        next = i;
    }
    if (next == timers) break;
    now = table[next].due;
    table[next] = {};
    history.push_back({now, next});
    if (history.size() < length) {
      for (int i = 0; i < 3; ++i) act();
    }
  }
  return history;
}

}  // namespace

TEST_CASE("timers that set each other behave like a table of times, with any event list") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    const History expected = with_table(seed, 500);
    REQUIRE(expected.size() == 500);
    CHECK(with_timers<sim::QuaternaryHeap>(seed, 500) == expected);
    CHECK(with_timers<reference::NaiveEventList>(seed, 500) == expected);
  }
}
