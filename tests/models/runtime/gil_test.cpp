// SPDX-License-Identifier: MIT
// The interpreter lock alone, on cores of its own: exact times where nothing is random.
#include "models/runtime/gil.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

#include "tests/models/relative.hpp"

namespace {

using models::Duration;
using models::Gil;
using models::LockCosts;
using models::TimePoint;
using namespace sim::literals;

const LockCosts free_of_charge{};  // the default switch interval, 5 ms

// Threads of one process under one lock.
class Interpreter {
 public:
  Interpreter(double cores, const LockCosts& costs, const sim::GroupConfig& group = {})
      : cpu_(simulation_, cores),
        group_(cpu_.add_group(group)),
        lock_(simulation_, cpu_, group_, costs, sim::Stream(1, 0, "interpreter_lock", 0)) {}
  ~Interpreter() { simulation_.kill_all_processes(); }

  struct Thread {
    explicit Thread(Interpreter& owner) : job(owner.cpu_, owner.group_) {}
    sim::Job job;
    Duration waited;
    std::uint64_t phases = 0;
    TimePoint ended = TimePoint::never();
  };

  // A thread that runs `phases` phases of `work`, one directly after the other.
  Thread& thread(TimePoint start, Duration work, double releases = 0.0,
                 std::uint64_t phases = std::numeric_limits<std::uint64_t>::max()) {
    Thread& thread = threads_.emplace_back(*this);
    compute(thread, start, work, releases, phases);
    return thread;
  }

  // Some other process keeps a core busy for so long.
  void neighbour(Duration work = Duration{1e6}) { compute_once(neighbours_.emplace_back(cpu_, cpu_.add_group({})), work); }

  // Looks at every step whether two threads compute under the lock at once.
  void watch(Duration step) { look(step); }
  std::size_t most_running = 0;

  void run_until(TimePoint end) { simulation_.run_until(end); }
  sim::Simulation& simulation() { return simulation_; }
  const Gil& lock() const { return lock_; }
  Duration cpu_time() const { return cpu_.cpu_time(group_); }

 private:
  sim::Process compute(Thread& thread, TimePoint start, Duration work, double releases, std::uint64_t phases) {
    co_await simulation_.sleep_until(start);
    while (thread.phases < phases) {
      co_await lock_.run(thread.job, work, releases, thread.waited);
      ++thread.phases;
    }
    thread.ended = simulation_.now();
  }
  sim::Process compute_once(sim::Job& job, Duration work) { co_await job.use(work); }
  sim::Process look(Duration step) {
    for (;;) {
      most_running = std::max(most_running, cpu_.running(group_));
      co_await simulation_.sleep(step);
    }
  }

  sim::Simulation simulation_;
  sim::SharedServer cpu_;
  sim::GroupId group_;
  Gil lock_;
  std::deque<Thread> threads_;
  std::deque<sim::Job> neighbours_;
};

bool near(TimePoint time, double seconds) { return time.seconds == built::relative(seconds, 1e-9); }
bool near(Duration time, double seconds) { return time.seconds == built::relative(seconds, 1e-9); }

// An I/O thread whose requests take t0 of CPU with b = 2 calls that release the lock, beside `k` threads that compute
// for ever: requests per second.
double convoy(int k, Duration interval, double seconds) {
  Interpreter interpreter(4.0, {interval, {}, {}});
  for (int i = 0; i < k; ++i) interpreter.thread(TimePoint{}, Duration{1e9});
  constexpr double t0 = 1.0 / 30000.0;
  const Interpreter::Thread& io = interpreter.thread(TimePoint{}, Duration{t0 / 2.0});
  interpreter.run_until(TimePoint{seconds});
  return static_cast<double>(io.phases) / 2.0 / seconds;
}

sim::Process two_phases(sim::Simulation& simulation, Gil& lock, sim::Job& job, TimePoint& ended) {
  Duration waited;
  for (int phase = 0; phase < 2; ++phase) co_await lock.run(job, 1_ms, 3.0, waited);
  ended = simulation.now();
}

}  // namespace

TEST_CASE("Only one thread computes under the lock, however many cores there are") {
  // 4 threads x 10 phases x 1 ms, nothing else costs anything: exactly 40 ms of lock, CPU and time.
  Interpreter interpreter(8.0, free_of_charge);
  for (int i = 0; i < 4; ++i) interpreter.thread(TimePoint{}, 1_ms, 3.0, 10);
  interpreter.watch(7_us);
  interpreter.run_until(TimePoint{0.039999});
  CHECK(interpreter.most_running == 1);
  CHECK(near(interpreter.lock().held(), 0.039999));
  interpreter.run_until(TimePoint{0.1});
  CHECK(interpreter.most_running == 1);
  CHECK(near(interpreter.lock().held(), 0.040));
  CHECK(near(interpreter.cpu_time(), 0.040));
}

TEST_CASE("A hand-over to another core costs lock time and CPU time") {
  // B waits from the start. A computes 1 ms and hands over: the lock stays busy for 14 us more, on B's CPU; the other
  // 6 us of the 20 us of CPU are A's, beside B. B ends at 1 + 0.014 + 1 ms; CPU is 2 ms + 20 us.
  Interpreter interpreter(3.0, {5_ms, 20_us, 14_us});
  const auto& a = interpreter.thread(TimePoint{}, 1_ms, 0.0, 1);
  const auto& b = interpreter.thread(TimePoint{}, 1_ms, 0.0, 1);
  interpreter.run_until(TimePoint{1.0});
  CHECK(near(a.ended, 0.001006));
  CHECK(near(b.ended, 0.002014));
  CHECK(near(b.waited, 0.001));
  CHECK(near(interpreter.cpu_time(), 0.00202));
  CHECK(near(interpreter.lock().held(), 0.002014));
  CHECK(interpreter.lock().handovers() == 1);
}

TEST_CASE("Lock time of a hand-over beyond its CPU time is spent asleep") {
  Interpreter interpreter(3.0, {5_ms, 10_us, 26_us});
  interpreter.thread(TimePoint{}, 1_ms, 0.0, 1);
  const auto& b = interpreter.thread(TimePoint{}, 1_ms, 0.0, 1);
  interpreter.run_until(TimePoint{1.0});
  CHECK(near(b.ended, 0.002026));
  CHECK(near(interpreter.cpu_time(), 0.00201));
}

TEST_CASE("Without a second free core there is no hand-over and no cost") {
  for (const bool by_neighbour : {false, true}) {
    CAPTURE(by_neighbour);
    Interpreter interpreter(by_neighbour ? 2.0 : 1.0, {5_ms, 20_us, 14_us});
    if (by_neighbour) interpreter.neighbour();
    const auto& a = interpreter.thread(TimePoint{}, 1_ms, 3.0, 1);
    const auto& b = interpreter.thread(TimePoint{}, 1_ms, 3.0, 1);
    interpreter.run_until(TimePoint{1.0});
    CHECK(near(a.ended, 0.001));
    CHECK(near(b.ended, 0.002));
    CHECK(near(interpreter.cpu_time(), 0.002));
    CHECK(interpreter.lock().handovers() == 0);
  }
}

TEST_CASE("A release in mid-phase passes the lock on only if a core is free for the waiter") {
  // A: 1 ms with releases at 0.25, 0.5 and 0.75 ms. B asks at 0.1 ms for 0.1 ms.
  // Two cores: B has it from 0.25 to 0.35, A goes on until 1.1. One core: A keeps it until 1.0, B ends at 1.1.
  for (const double cores : {1.0, 2.0}) {
    CAPTURE(cores);
    Interpreter interpreter(cores, free_of_charge);
    const auto& a = interpreter.thread(TimePoint{}, 1_ms, 3.0, 1);
    const auto& b = interpreter.thread(TimePoint{0.0001}, 100_us, 0.0, 1);
    interpreter.run_until(TimePoint{1.0});
    CHECK(near(a.ended, cores > 1.0 ? 0.0011 : 0.001));
    CHECK(near(b.ended, cores > 1.0 ? 0.00035 : 0.0011));
    CHECK(near(b.waited, cores > 1.0 ? 0.00015 : 0.0009));
    CHECK(near(interpreter.cpu_time(), 0.0011));
  }
}

TEST_CASE("A core that becomes free in mid-phase counts from the next release on") {
  // As above, on two cores of which a neighbour has one until 0.4 ms: B has the lock from 0.5 to 0.6 ms.
  Interpreter interpreter(2.0, free_of_charge);
  interpreter.neighbour(400_us);
  const auto& a = interpreter.thread(TimePoint{}, 1_ms, 3.0, 1);
  const auto& b = interpreter.thread(TimePoint{0.0001}, 100_us, 0.0, 1);
  interpreter.run_until(TimePoint{1.0});
  CHECK(near(a.ended, 0.0011));
  CHECK(near(b.ended, 0.0006));
}

TEST_CASE("Releases that can change nothing are no events") {
  // One core, or nobody who waits: a million releases in a phase of 1 ms.
  for (const bool alone : {false, true}) {
    CAPTURE(alone);
    Interpreter interpreter(alone ? 2.0 : 1.0, free_of_charge);
    interpreter.thread(TimePoint{}, 1_ms, 1e6, 1);
    if (!alone) interpreter.thread(TimePoint{}, 1_ms, 1e6, 1);
    interpreter.run_until(TimePoint{1.0});
    CHECK(near(interpreter.cpu_time(), alone ? 0.001 : 0.002));
    CHECK(interpreter.simulation().events() < 20);
  }
}

TEST_CASE("A forced switch counts its interval from the end of a hand-over") {
  // A hands over at 1 ms, its successor computes from 1.026 ms, and the third thread's turn comes 5 ms later.
  Interpreter interpreter(3.0, {5_ms, 26_us, 26_us});
  interpreter.thread(TimePoint{}, 1_ms, 0.0, 1);
  interpreter.thread(TimePoint{}, Duration{1e9});
  interpreter.thread(TimePoint{}, Duration{1e9});
  interpreter.run_until(TimePoint{0.006025});
  CHECK(interpreter.lock().handovers() == 1);
  interpreter.run_until(TimePoint{0.006027});
  CHECK(interpreter.lock().handovers() == 2);
}

TEST_CASE("The leaving thread takes the lock back before a waiter that has no core of its own") {
  // One core, one thread whose phases follow each other: the waiter gets in only by a forced switch, at 5 ms.
  Interpreter interpreter(1.0, free_of_charge);
  const auto& busy = interpreter.thread(TimePoint{}, 1_ms);
  const auto& waiter = interpreter.thread(TimePoint{}, 1_ms, 0.0, 1);
  interpreter.run_until(TimePoint{0.0049});
  CHECK(busy.phases == 4);
  CHECK(waiter.phases == 0);
  interpreter.run_until(TimePoint{0.1});
  CHECK(near(waiter.waited, 0.005));
  CHECK(near(waiter.ended, 0.006));
}

TEST_CASE("There is one forced switch per interval for the whole lock, not one per waiter") {
  for (const int threads : {2, 4, 8}) {
    CAPTURE(threads);
    Interpreter interpreter(16.0, free_of_charge);
    for (int i = 0; i < threads; ++i) interpreter.thread(TimePoint{}, Duration{1e9});
    interpreter.run_until(TimePoint{10.0001});
    CHECK(interpreter.lock().handovers() == 2000);
  }
}

TEST_CASE("A switch before the interval has passed restarts the clock of every waiter") {
  // A computes from 0; B and C wait from 0 and 4 ms. A's phase ends at 4.5 ms, so B holds until C's (or A's) clock,
  // restarted at 4.5 ms, runs out at 9.5 ms. A does not come back.
  Interpreter interpreter(4.0, free_of_charge);
  interpreter.thread(TimePoint{}, 4.5_ms, 0.0, 1);
  interpreter.thread(TimePoint{}, Duration{1e9});
  interpreter.thread(TimePoint{}, Duration{1e9});
  interpreter.run_until(TimePoint{0.0094});
  CHECK(interpreter.lock().handovers() == 1);
  interpreter.run_until(TimePoint{0.0096});
  CHECK(interpreter.lock().handovers() == 2);
}

TEST_CASE("Forced switches need no free core and share one core fairly") {
  Interpreter interpreter(1.0, free_of_charge);
  const auto& a = interpreter.thread(TimePoint{}, 1_s, 0.0, 1);
  const auto& b = interpreter.thread(TimePoint{}, 1_s, 0.0, 1);
  interpreter.run_until(TimePoint{3.0});
  CHECK(near(std::max(a.ended, b.ended), 2.0));
  CHECK(std::min(a.ended, b.ended) >= TimePoint{1.994});  // at most one interval apart
  CHECK(interpreter.lock().handovers() == 0);
}

TEST_CASE("Threads progress even with an interval shorter than a hand-over") {
  // A waiter's clock runs while it waits for a thread that computes: w = interval + hand-over (facts: 20..40 us on top
  // of short intervals). Of each 36 us then 10 are work: two threads do 1 s of work in 3.6 s.
  Interpreter interpreter(4.0, {10_us, 26_us, 26_us});
  const auto& a = interpreter.thread(TimePoint{}, 0.5_s, 0.0, 1);
  const auto& b = interpreter.thread(TimePoint{}, 0.5_s, 0.0, 1);
  interpreter.run_until(TimePoint{10.0});
  CHECK(std::max(a.ended, b.ended).seconds == built::relative(3.6, 0.01));
}

TEST_CASE("A waiter or a forced switch that comes at the very end of a burst finds it ended") {
  // Times are sums of powers of two: A computes until 4/1024 s, when B asks and C's clock of 2/1024 s runs out.
  const Duration tick{1.0 / 1024.0};
  Interpreter interpreter(4.0, {2.0 * tick, {}, {}});
  const auto& a = interpreter.thread(TimePoint{}, 4.0 * tick, 0.0, 1);
  const auto& b = interpreter.thread(TimePoint{} + 4.0 * tick, tick, 0.0, 1);
  const auto& c = interpreter.thread(TimePoint{} + 2.0 * tick, tick, 0.0, 1);
  interpreter.run_until(TimePoint{1.0});
  CHECK(a.ended == TimePoint{} + 4.0 * tick);
  CHECK(std::max(b.ended, c.ended) == TimePoint{} + 6.0 * tick);
}

TEST_CASE("A throttled holder keeps the lock, lets nobody progress and loses no work") {
  // Quota 50 ms per 100 ms, no forced switch. A: 80 ms from 0, B: 10 ms. A stops from 50 to 100 ms and ends at 130,
  // B at 140 ms.
  Interpreter interpreter(2.0, {1_s, {}, {}}, {.quota_cores = 0.5});
  const auto& a = interpreter.thread(TimePoint{}, 80_ms, 0.0, 1);
  const auto& b = interpreter.thread(TimePoint{}, 10_ms, 0.0, 1);
  interpreter.run_until(TimePoint{0.099});
  CHECK(near(interpreter.cpu_time(), 0.050));
  CHECK(b.phases == 0);
  interpreter.run_until(TimePoint{1.0});
  CHECK(near(a.ended, 0.130));
  CHECK(near(b.ended, 0.140));
  CHECK(near(interpreter.cpu_time(), 0.090));
}

TEST_CASE("Forced switches under a quota lose no work") {
  // 50 ms of work fit into the first period and the other 40 into the second, whoever computes when.
  Interpreter interpreter(2.0, {5_ms, {}, {}}, {.quota_cores = 0.5});
  const auto& a = interpreter.thread(TimePoint{}, 80_ms, 0.0, 1);
  const auto& b = interpreter.thread(TimePoint{}, 10_ms, 0.0, 1);
  interpreter.run_until(TimePoint{1.0});
  CHECK(near(std::max(a.ended, b.ended), 0.140));
  CHECK(near(interpreter.cpu_time(), 0.090));
}

TEST_CASE("The convoy: beside one computing thread every released lock costs a switch interval") {
  // T = t0 + b * interval. Published (r4victor, CPython 3.9, interval 100, 10, 5, 1 ms): 5, 50, 100, 500 requests/s.
  CHECK(convoy(1, 100_ms, 200.0) == built::relative(5.0, 0.05));
  CHECK(convoy(1, 10_ms, 100.0) == built::relative(50.0, 0.05));
  CHECK(convoy(1, 5_ms, 100.0) == built::relative(100.0, 0.05));
  CHECK(convoy(1, 1_ms, 50.0) == built::relative(500.0, 0.05));
}

TEST_CASE("The convoy beside k computing threads: each release waits for a mean of k intervals") {
  // The next holder is one of k waiters at random, so the wait is geometric: mean k, variance k (k - 1) intervals.
  // Published at 5 ms: 50 requests/s for k = 2 (as here) and 30 for k = 4, where this law gives 25.
  for (const int k : {2, 4}) {
    constexpr double seconds = 2000.0;
    const double exact = 1.0 / (1.0 / 30000.0 + 2.0 * k * 0.005);
    const double waits = 2.0 * exact * seconds;
    CAPTURE(k);
    CHECK(convoy(k, 5_ms, seconds) == built::relative(exact, 4.0 * std::sqrt((k - 1.0) / k / waits)));
  }
}

TEST_CASE("Without computing threads the I/O thread never waits for the lock") {
  CHECK(convoy(0, 5_ms, 1.0) == built::relative(30000.0, 1e-4));
}

// Three threads that hand the lock on, part of it asleep, are killed between any two events of their whole
// run: some wait, one is asleep, computes, or has ended a burst of which it does not know yet.
TEST_CASE("Killed in any state, threads leave nothing behind") {
  std::uint64_t while_computing = 0;
  std::uint64_t while_none_computes = 0;
  for (std::uint64_t events = 1;; ++events) {
    CAPTURE(events);
    sim::Simulation simulation;
    sim::SharedServer cpu(simulation, 3.0);
    const sim::GroupId group = cpu.add_group({});
    const LockCosts costs{5_ms, 10_us, 26_us};
    std::optional<Gil> lock(std::in_place, simulation, cpu, group, costs,
                            sim::Stream(1, 0, "interpreter_lock", 0));
    std::deque<sim::Job> jobs;
    TimePoint ended = TimePoint::never();
    for (int i = 0; i < 3; ++i) two_phases(simulation, *lock, jobs.emplace_back(cpu, group), ended);
    simulation.stop_after(events);
    simulation.run_until(TimePoint{1.0});
    if (!simulation.exhausted()) break;
    ++(cpu.running(group) > 0 ? while_computing : while_none_computes);

    simulation.kill_all_processes();
    lock.reset();
    simulation.stop_after(std::numeric_limits<std::uint64_t>::max());
    const Duration used = cpu.cpu_time(group);
    const TimePoint later = simulation.now() + 1_s;
    simulation.run_until(later);
    CHECK(cpu.runnable() == 0);
    CHECK(cpu.cpu_time(group) == used);
    // Whoever comes next finds everything free.
    lock.emplace(simulation, cpu, group, costs, sim::Stream(1, 0, "interpreter_lock", 0));
    two_phases(simulation, *lock, jobs.emplace_back(cpu, group), ended);
    simulation.run_until(later + 1_s);
    CHECK(near(ended - later, 0.002));
    simulation.kill_all_processes();
  }
  CHECK(while_computing > 5);
  CHECK(while_none_computes > 5);
}
