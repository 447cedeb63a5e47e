// SPDX-License-Identifier: MIT
// A failed check ends the program, so each of these runs in a child process.
#include "sim/core/check.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"

using namespace sim::literals;
using sim::Process;
using sim::Simulation;

namespace {

struct Death {
  bool aborted;
  std::string message;
};

template <class Body>
Death death_of(Body body) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // The test framework's own report of the signal would only confuse.
    std::signal(SIGABRT, SIG_DFL);
    ::dup2(ends[1], STDERR_FILENO);
    body();
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string message;
  char buffer[512];
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    message.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return {WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, message};
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a failed check reports moment, run and place, and aborts") {
  const Death death = death_of([] {
    Simulation simulation(42, 5);
    [](Simulation& s) -> Process {
      co_await s.sleep(1500_ms);
      SIM_CHECK(s, 1 + 1 == 3, "arithmetic broke");
    }(simulation);
    simulation.run_until({2.0});
  });
  CHECK(death.aborted);
  for (const char* part : {"arithmetic broke", "1 + 1 == 3", "time 1.5 s", "event 1", "seed 42",
                           "replication 5", "check_test.cpp:", "this is a bug in forkcast"}) {
    CAPTURE(part);
    CHECK(contains(death.message, part));
  }
}

TEST_CASE("a check that holds says nothing and evaluates its condition once") {
  Simulation simulation;
  int evaluations = 0;
  SIM_CHECK(simulation, ++evaluations == 1, "unreachable");
  CHECK(evaluations == 1);
}

TEST_CASE("a process that kills itself is caught, also from within a task or after one") {
  const auto suicide = [](bool within_task) {
    return death_of([within_task] {
      Simulation simulation;
      struct Victim {
        Process process;
      };
      Victim* victim = nullptr;
      const auto kill_later = [](Simulation& s, Victim*& self, bool within) -> sim::Task {
        co_await s.sleep(1_s);
        if (within) self->process.kill();
      };
      Victim one{[](Simulation& s, Victim*& self, bool within, auto step) -> Process {
        co_await step(s, self, within);
        self->process.kill();
      }(simulation, victim, within_task, kill_later)};
      victim = &one;
      simulation.run_until({2.0});
    });
  };
  for (const bool within_task : {true, false}) {
    const Death death = suicide(within_task);
    CHECK(death.aborted);
    CHECK(contains(death.message, "killed by itself"));
  }
}

TEST_CASE("nothing can be scheduled into the past, nor at no time at all") {
  for (const double time : {0.5, std::numeric_limits<double>::quiet_NaN()}) {
    const Death death = death_of([time] {
      Simulation simulation;
      simulation.run_until({1.0});
      [](Simulation& s, double at) -> Process { co_await s.sleep_until({at}); }(simulation, time);
    });
    CHECK(death.aborted);
    CHECK(contains(death.message, "into the past"));
  }
}
