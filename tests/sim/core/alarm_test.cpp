// SPDX-License-Identifier: MIT
#include "sim/core/alarm.hpp"

#include <doctest/doctest.h>

#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "sim/core/process.hpp"
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

// Alarms with many ties, each of which ends with waking a process, which does likewise at once or after a sleep.
struct Wakers {
  struct Waker {
    Wakers* all;
    std::size_t number;
    std::unique_ptr<sim::Alarm> alarm;
    std::coroutine_handle<> waiting;
  };
  struct Wait {
    Waker& waker;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) const { waker.waiting = handle; }
    void await_resume() const { waker.waiting = {}; }
  };

  explicit Wakers(std::uint64_t seed, bool ends) : random(seed, 0, "wakers", 0), wakes_and_ends(ends) {
    for (std::size_t i = 0; i < 8; ++i) {
      Waker& waker = wakers.emplace_back();
      waker.all = this;
      waker.number = i;
      waker.alarm = std::make_unique<sim::Alarm>(simulation, fire, &waker);
      run(simulation, waker);
    }
    for (int i = 0; i < 20; ++i) act();
    while (history.size() < 500) {
      simulation.stop_after(simulation.events() + 7);
      simulation.run_until(simulation.now() + Duration{2.0});
      act();
    }
    simulation.kill_all_processes();
  }

  static void fire(void* self) {
    Waker& waker = *static_cast<Waker*>(self);
    Wakers& all = *waker.all;
    all.history.push_back({all.simulation.now().seconds, waker.number});
    all.act();
    Waker& other = all.wakers[all.random.below(all.wakers.size())];
    if (!other.waiting) return;
    const std::coroutine_handle<> handle = std::exchange(other.waiting, {});
    all.wakes_and_ends ? all.simulation.wake_and_end(handle) : all.simulation.wake(handle);
  }

  static sim::Process run(sim::Simulation& simulation, Waker& waker) {
    for (;;) {
      co_await Wait{waker};
      waker.all->history.push_back({simulation.now().seconds, 100 + waker.number});
      waker.all->act();
      co_await simulation.sleep(Duration{static_cast<double>(waker.all->random.below(3))});
      waker.all->act();
      waker.all->history.push_back({simulation.now().seconds, 200 + waker.number});
    }
  }

  void act() {
    const auto delay = static_cast<double>(random.below(4));
    wakers[random.below(wakers.size())].alarm->schedule(simulation.now() + Duration{delay});
  }

  sim::Simulation simulation;
  sim::Stream random;
  bool wakes_and_ends;
  History history;
  std::deque<Waker> wakers;
};

}  // namespace

TEST_CASE("whoever is woken by the last act of an alarm goes on exactly when he would if he were just woken") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    const Wakers expected(seed, false);
    const Wakers wakers(seed, true);
    CHECK(wakers.history == expected.history);
    CHECK(wakers.simulation.events() == expected.simulation.events());
  }
}

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
