// SPDX-License-Identifier: MIT
// Random cases: the shared server against the obvious one of tests/reference, and against the properties that
// define it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/process.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/shared_server.hpp"
#include "tests/reference/step_server.hpp"

using namespace sim::literals;
using reference::Command;
using reference::Ending;
using sim::Duration;
using sim::GroupId;
using sim::Process;
using sim::SharedServer;
using sim::Simulation;
using sim::Stream;
using sim::TimePoint;

namespace {

struct Case {
  double cores;
  std::vector<double> scaling;
  std::vector<sim::GroupConfig> groups;
  std::vector<std::size_t> group_of_job;
  std::vector<Command> commands;
};

constexpr double horizon = 4.0;

Case random_case(std::uint64_t number) {
  Stream random(number, 0, "server case", 0);
  const auto chance = [&random](double p) { return random.uniform() < p; };
  const auto between = [&random](double low, double high) { return low + (high - low) * random.uniform(); };
  Case made;
  made.cores = chance(0.7) ? static_cast<double>(1 + random.below(8)) : between(0.5, 8.0);
  if (chance(0.4)) {
    double throughput = 0.0;
    for (std::uint64_t k = 0; k <= random.below(6); ++k)
      made.scaling.push_back(throughput += k == 0 ? 1.0 : between(0.2, 1.0));
  }
  const std::size_t groups = 1 + random.below(5);
  for (std::size_t i = 0; i < groups; ++i) {
    sim::GroupConfig config;
    config.weight = chance(0.5) ? 100.0 : between(1.0, 1000.0);
    if (chance(0.3))
      config.max_cores = chance(0.5) ? static_cast<double>(1 + random.below(4)) : between(0.3, 4.0);
    if (chance(0.6)) {
      config.quota_cores = chance(0.3) ? static_cast<double>(1 + random.below(3)) : between(0.05, 3.0);
      config.period = Duration{chance(0.5) ? 0.1 : between(0.02, 0.3)};
      if (chance(0.3)) config.burst = config.period * config.quota_cores * random.uniform();
      if (chance(0.5)) config.phase = config.period * between(-1.0, 1.0);
    }
    made.groups.push_back(config);
  }
  const std::size_t jobs = 1 + random.below(12);
  for (std::size_t job = 0; job < jobs; ++job) {
    made.group_of_job.push_back(random.below(groups));
    double time = chance(0.3) ? 0.0 : between(0.0, 0.5);
    while (time < horizon) {
      // A start on a job that is still running is skipped below; so is any other command on one that is not.
      made.commands.push_back(
          {Command::Kind::start, time, job, chance(0.1) ? 2.0 : 0.15 * random.exponential()});
      if (chance(0.3))
        made.commands.push_back(
            {Command::Kind::interrupt, time + between(0.0, 0.2), job, 0.2 * random.exponential()});
      if (chance(0.1)) made.commands.push_back({Command::Kind::remove, time + between(0.0, 0.2), job, 0.0});
      time += 0.4 * random.exponential() + 0.2;
    }
  }
  std::stable_sort(made.commands.begin(), made.commands.end(),
                   [](const Command& a, const Command& b) { return a.time < b.time; });
  return made;
}

// Obeys commands in a simulation. Starts of running jobs are dropped, and which these are is written down,
// because the reference takes commands as they come.
class Actor {
 public:
  explicit Actor(const Case& made) : case_(made), server(simulation, made.cores, made.scaling) {
    for (const auto& config : made.groups) server.add_group(config);
    for (const std::size_t group : made.group_of_job) {
      jobs_.push_back({std::make_unique<sim::Job>(server, static_cast<GroupId>(group)), {}});
    }
    endings.resize(jobs_.size());
  }
  ~Actor() { simulation.kill_all_processes(); }

  void obey(const Command& command) {
    Worker& worker = jobs_[command.job];
    if (command.kind == Command::Kind::start) {
      if (worker.job->running()) return;
      worker.process = burst(simulation, *this, command.job, Duration{command.amount});
    } else if (!worker.job->running()) {
      return;
    } else if (command.kind == Command::Kind::interrupt) {
      worker.job->interrupt_at(std::max(Duration{command.amount}, worker.job->attained()));
    } else {
      worker.process->kill();
    }
    obeyed.push_back(command);
  }

  void run() {
    for (const Command& command : case_.commands) {
      if (command.time > horizon) break;
      simulation.run_until({command.time});
      obey(command);
    }
    simulation.run_until({horizon});
  }

 private:
  struct Worker {
    std::unique_ptr<sim::Job> job;
    std::optional<Process> process;
  };

  static Process burst(Simulation& simulation, Actor& actor, std::size_t job, Duration work) {
    const Duration left = co_await actor.jobs_[job].job->use(work);
    actor.endings[job].push_back({simulation.now().seconds, left.seconds});
  }

  const Case& case_;

 public:
  Simulation simulation;
  SharedServer server;
  std::vector<std::vector<Ending>> endings;
  std::vector<Command> obeyed;

 private:
  std::vector<Worker> jobs_;
};

}  // namespace

TEST_CASE("the shared server does what the obvious one does") {
  std::size_t endings = 0;
  std::size_t interrupted = 0;
  int throttled = 0;
  for (std::uint64_t number = 0; number < 600; ++number) {
    CAPTURE(number);
    const Case made = random_case(number);
    Actor actor(made);
    actor.run();
    reference::StepServer expected(made.cores, made.scaling, made.groups, made.group_of_job);
    expected.run(actor.obeyed, horizon);
    for (std::size_t job = 0; job < made.group_of_job.size(); ++job) {
      CAPTURE(job);
      REQUIRE(actor.endings[job].size() == expected.endings[job].size());
      for (std::size_t i = 0; i < actor.endings[job].size(); ++i) {
        REQUIRE(std::fabs(actor.endings[job][i].time - expected.endings[job][i].time) < 1e-8);
        REQUIRE(std::fabs(actor.endings[job][i].left - expected.endings[job][i].left) < 1e-8);
        interrupted += expected.endings[job][i].left > 0.0 ? 1 : 0;
        ++endings;
      }
    }
    for (std::size_t i = 0; i < made.groups.size(); ++i) {
      CAPTURE(i);
      const auto group = static_cast<GroupId>(i);
      REQUIRE(std::fabs(actor.server.cpu_time(group).seconds - expected.cpu_time(i)) < 1e-8);
      REQUIRE(std::fabs(actor.server.throttled_time(group).seconds - expected.throttled_time(i)) < 1e-8);
      REQUIRE(actor.server.throttled_periods(group) ==
              static_cast<std::uint64_t>(expected.throttled_periods(i)));
      throttled += expected.throttled_periods(i);
    }
  }
  // The cases are worth something.
  CHECK(endings > 5000);
  CHECK(interrupted > 300);
  CHECK(throttled > 3000);
}

// Looks at the CPU time of each group a moment apart. If nothing happened in between, the differences are the
// allocations, which must be the max-min fair ones by their definition: nobody above his demand or all above
// capacity; no core idle that is wanted; and who has less than he wants has, for his weight, no less than
// anyone.
TEST_CASE("at any moment the cores are shared max-min fairly and none is idle that is wanted") {
  int moments = 0;
  int contended = 0;
  for (std::uint64_t number = 0; number < 150; ++number) {
    CAPTURE(number);
    const Case made = random_case(number);
    Actor actor(made);
    Stream random(number, 0, "moments", 0);
    std::size_t next = 0;
    const double moment = 1e-6;
    for (double time = 0.0; time < horizon; time += moment + 0.05 * random.exponential()) {
      for (; next < made.commands.size() && made.commands[next].time <= time; ++next) {
        actor.simulation.run_until({made.commands[next].time});
        actor.obey(made.commands[next]);
      }
      actor.simulation.run_until({time});
      const std::size_t groups = made.groups.size();
      std::vector<double> before(groups);
      std::vector<double> demand(groups);
      double wanted = 0.0;
      for (std::size_t i = 0; i < groups; ++i) {
        const auto group = static_cast<GroupId>(i);
        before[i] = actor.server.cpu_time(group).seconds;
        const auto jobs = static_cast<double>(actor.server.running(group));
        demand[i] =
            actor.server.throttled(group) ? 0.0 : std::min({jobs, made.cores, made.groups[i].max_cores});
        wanted += demand[i];
      }
      const std::uint64_t events = actor.simulation.events();
      if (next < made.commands.size() && made.commands[next].time <= time + moment) continue;
      actor.simulation.run_until({time + moment});
      if (actor.simulation.events() != events) continue;
      ++moments;
      const double elapsed = actor.simulation.now().seconds - time;
      std::vector<double> share(groups);
      double used = 0.0;
      for (std::size_t i = 0; i < groups; ++i) {
        share[i] = (actor.server.cpu_time(static_cast<GroupId>(i)).seconds - before[i]) / elapsed;
        used += share[i];
      }
      const double rounding = 1e-7;
      REQUIRE(std::fabs(used - std::min(made.cores, wanted)) < rounding);
      contended += wanted > made.cores ? 1 : 0;
      for (std::size_t i = 0; i < groups; ++i) {
        REQUIRE(share[i] < demand[i] + rounding);
        if (share[i] > demand[i] - rounding) continue;
        for (std::size_t j = 0; j < groups; ++j) {
          REQUIRE(share[j] / made.groups[j].weight <
                  (share[i] + rounding) / made.groups[i].weight + rounding);
        }
      }
    }
  }
  CHECK(moments > 5000);
  CHECK(contended > 500);
}

TEST_CASE(
    "no group spends more than its quota and what it saved in any period, nor all more than the cores") {
  int full_periods = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    CAPTURE(number);
    Case made = random_case(number);
    // One common grid, so that one walk along it sees every period of every group.
    for (sim::GroupConfig& config : made.groups) {
      config.period = 100_ms;
      config.phase = 0_s;
      config.burst = std::min(config.burst, config.period * config.quota_cores);
    }
    Actor actor(made);
    std::vector<double> before(made.groups.size());
    std::vector<double> saved(made.groups.size());
    double busy = 0.0;
    std::size_t next = 0;
    for (int period = 1; period <= 40; ++period) {
      for (; next < made.commands.size() && made.commands[next].time < 0.1 * period; ++next) {
        actor.simulation.run_until({made.commands[next].time});
        actor.obey(made.commands[next]);
      }
      actor.simulation.run_until({0.1 * period});
      for (std::size_t i = 0; i < made.groups.size(); ++i) {
        const double spent = actor.server.cpu_time(static_cast<GroupId>(i)).seconds - before[i];
        before[i] += spent;
        if (made.groups[i].quota_cores > 100.0) continue;
        const double quota = 0.1 * made.groups[i].quota_cores;
        // The quota's own tolerance is 1e-9 of it.
        REQUIRE(spent < quota + saved[i] + 1e-8);
        full_periods += spent > quota + saved[i] - 1e-8 ? 1 : 0;
        saved[i] = std::clamp(quota + saved[i] - spent, 0.0, made.groups[i].burst.seconds);
      }
      REQUIRE(actor.server.busy_core_seconds() - busy < 0.1 * made.cores + 1e-8);
      busy = actor.server.busy_core_seconds();
    }
  }
  CHECK(full_periods > 1000);
}
