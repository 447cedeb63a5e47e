// SPDX-License-Identifier: MIT
#include "tools/host/switching.hpp"

#include <fmt/format.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <thread>

#include "tools/host/clocks.hpp"
#include "tools/host/cores.hpp"
#include "tools/host/samples.hpp"
#include "tools/measure/cores.hpp"

namespace host {
namespace {

class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool put() const {
    const char byte = 'x';
    return ::write(ends_[1], &byte, 1) == 1;
  }
  bool take() const {
    char byte = 0;
    return ::read(ends_[0], &byte, 1) == 1;
  }

 private:
  int ends_[2];
};

// A word in memory on which a thread may sleep (futex(2)), without the spinning of the standard library's.
class Futex {
 public:
  void sleep_while(std::uint32_t value) {
    while (word_.load() == value) ::syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
  }
  void step() {
    ++word_;
    ::syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }

 private:
  std::atomic<std::uint32_t> word_{0};
  static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));
};

double own_round_trip(int round_trips) {
  const Pipe pipe;
  const double start = wall_seconds();
  for (int i = 0; i < round_trips; ++i) {
    pipe.put();
    pipe.take();
  }
  return (wall_seconds() - start) / round_trips;
}

void answer(const Pipe& question, const Pipe& reply, int round_trips) {
  for (int i = 0; i < round_trips; ++i) {
    if (!question.take() || !reply.put()) return;
  }
}

double ask(const Pipe& question, const Pipe& reply, int round_trips) {
  const double start = wall_seconds();
  for (int i = 0; i < round_trips; ++i) {
    if (!question.put() || !reply.take()) break;
  }
  return (wall_seconds() - start) / round_trips;
}

// A round trip is two switches, two writes and two reads.
double one_switch(double round_trip, double own) { return std::max(0.5 * round_trip - own, 1e-9); }

}  // namespace

double thread_switch_seconds(int core, int round_trips) {
  const PinnedTo pinned(core);
  const double own = own_round_trip(round_trips);
  const Pipe question;
  const Pipe reply;
  std::thread other([&] { answer(question, reply, round_trips); });  // inherits the core
  const double round_trip = ask(question, reply, round_trips);
  other.join();
  return one_switch(round_trip, own);
}

double process_switch_seconds(int core, int round_trips) {
  const PinnedTo pinned(core);
  const double own = own_round_trip(round_trips);
  const Pipe question;
  const Pipe reply;
  const pid_t other = ::fork();
  if (other == 0) {
    answer(question, reply, round_trips);
    ::_exit(0);
  }
  if (other < 0) throw std::system_error(errno, std::generic_category(), "fork");
  const double round_trip = ask(question, reply, round_trips);
  ::waitpid(other, nullptr, 0);
  return one_switch(round_trip, own);
}

Wake wake(int waker_core, int sleeper_core, int wakes) {
  Futex turn;                              // counts up; the sleeper sleeps while it is what it saw last
  std::atomic<bool> asleep{false};
  std::atomic<double> woken_at{0.0};
  double sleeper_cpu = 0.0;
  std::thread sleeper([&] {
    const PinnedTo pinned(sleeper_core);
    const double before = thread_cpu_seconds();
    asleep = true;
    for (std::uint32_t seen = 0; seen < static_cast<std::uint32_t>(wakes); ++seen) {
      turn.sleep_while(seen);
      woken_at.store(wall_seconds());
    }
    sleeper_cpu = thread_cpu_seconds() - before;
  });
  const PinnedTo pinned(waker_core);
  while (!asleep) std::this_thread::yield();
  Samples latencies;
  double waker_cpu = 0.0;
  for (int i = 1; i <= wakes; ++i) {
    // Long enough that the sleeper sleeps and its core is idle.
    std::this_thread::sleep_for(std::chrono::microseconds(150));
    const double cpu_before = thread_cpu_seconds();
    const double start = wall_seconds();
    turn.step();
    waker_cpu += thread_cpu_seconds() - cpu_before;
    std::this_thread::sleep_for(std::chrono::microseconds(150));
    double woken = woken_at.load();
    while (woken < start && wall_seconds() - start < 0.1) {
      std::this_thread::yield();
      woken = woken_at.load();
    }
    if (woken >= start) latencies.push_back(woken - start);
  }
  sleeper.join();
  return {quartiles(latencies).median, (sleeper_cpu + waker_cpu) / wakes};
}

double stacked_wakes(int wakes) {
  constexpr double computing = 300e-6;  // seconds; a request's worth, and much more than a wake takes
  const int core = measure::allowed_cores().front();
  cpu_set_t all;
  ::sched_getaffinity(0, sizeof(all), &all);
  Futex turn;
  std::atomic<int> woken_on{-1};  // core
  std::atomic<pid_t> asleep{0};
  std::thread sleeper([&] {
    for (std::uint32_t seen = 0; seen < static_cast<std::uint32_t>(wakes); ++seen) {
      const PinnedTo pinned(core);
      asleep = ::gettid();
      turn.sleep_while(seen);
      woken_on = ::sched_getcpu();
    }
  });
  const PinnedTo pinned(core);
  int stacked = 0;
  for (int i = 0; i < wakes; ++i) {
    while (asleep == 0) std::this_thread::sleep_for(std::chrono::microseconds(20));
    std::this_thread::sleep_for(std::chrono::microseconds(500));
    ::sched_setaffinity(asleep.exchange(0), sizeof(all), &all);
    woken_on = -1;
    const double start = wall_seconds();
    turn.step();
    while (wall_seconds() - start < computing) {
    }
    while (woken_on < 0) std::this_thread::sleep_for(std::chrono::microseconds(20));
    if (woken_on == core) ++stacked;
  }
  sleeper.join();
  return static_cast<double>(stacked) / wakes;
}

std::string stacking_remark() {
  constexpr int wakes = 60;
  if (measure::allowed_cores().size() < 2) return {};
  const double stacked = stacked_wakes(wakes);
  if (stacked <= 0.5) return {};
  return fmt::format(
      "{:.0f}% of woken threads are put on the core of their waker although another is free: unless all cores are busy, "
      "latencies are longer here than on a machine that spreads threads, and longer than predicted",
      100.0 * stacked);
}

}  // namespace host
