// SPDX-License-Identifier: MIT
// The shares of scarce cores, which the server keeps up to date from change to change, against the same worked out
// anew by water-filling.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "sim/random/stream.hpp"
#include "sim/resource/shared_server.hpp"
#include "tests/sim/resource/server_processes.hpp"

using sim::Duration;
using sim::GroupConfig;
using sim::GroupId;
using sim::Process;
using sim::SharedServer;
using sim::Simulation;
using sim::Stream;

namespace {

enum class Weights { equal, whole, real, far_apart };
enum class Quotas { none, some };

// A quota that binds nobody; but a group with one counts its time by itself.
constexpr double ample_quota = 1e6;

std::vector<GroupConfig> random_groups(Stream& random, std::size_t groups, Weights weights, Quotas quotas) {
  std::vector<GroupConfig> made(groups);
  for (GroupConfig& config : made) {
    switch (weights) {
      case Weights::equal:
        break;
      case Weights::whole:
        config.weight = static_cast<double>(1 + random.below(4)) * 50.0;
        break;
      case Weights::real:
        config.weight = 1.0 + 1000.0 * random.uniform();
        break;
      case Weights::far_apart:
        config.weight = random.below(2) == 0 ? 1e-5 : 1e4 * random.uniform();
        break;
    }
    if (random.below(3) == 0)
      config.max_cores = weights <= Weights::whole ? 2.0 : 0.3 + 2.0 * random.uniform();
    if (random.below(4) == 0 && quotas == Quotas::some) config.quota_cores = ample_quota;
  }
  return made;
}

// What the definition says: level by level from the least demand over weight on.
std::vector<double> shares(const std::vector<GroupConfig>& groups, const std::vector<double>& demands,
                           double cores) {
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return demands[a] / groups[a].weight < demands[b] / groups[b].weight;
  });
  std::vector<double> given(groups.size());
  double left = cores;
  for (auto first = order.begin(); first != order.end(); ++first) {
    double weight = 0.0;
    for (auto other = first; other != order.end(); ++other) weight += groups[*other].weight;
    given[*first] = std::min(demands[*first], left * (groups[*first].weight / weight));
    left -= given[*first];
  }
  return given;
}

// Starts and ends jobs that never finish by themselves, and compares what each group gets between.
void check_shares(std::uint64_t seed, Weights weights, Quotas quotas, double cores, std::size_t group_count,
                  std::size_t most_jobs, int changes, int changes_a_check) {
  Stream random(seed, 0, "core shares", 0);
  const std::vector<GroupConfig> groups = random_groups(random, group_count, weights, quotas);
  Simulation simulation;
  SharedServer server(simulation, cores);
  std::vector<std::vector<Process>> running(groups.size());
  for (const GroupConfig& config : groups) server.add_group(config);
  constexpr Duration step{0.125};
  const auto get = [&] {
    std::vector<double> seconds;
    for (std::size_t i = 0; i < groups.size(); ++i)
      seconds.push_back(server.cpu_time(static_cast<GroupId>(i)).seconds);
    return seconds;
  };
  std::size_t jobs = 0;
  for (int change = 0; change < changes; ++change) {
    // Some happen at one time.
    for (std::size_t together = 1 + random.below(3) / 2; together > 0; --together) {
      const std::size_t group = random.below(groups.size());
      if (jobs < most_jobs && (running[group].empty() || random.below(2) == 0)) {
        running[group].push_back(server_test::spin(server, static_cast<GroupId>(group)));
        ++jobs;
      } else if (!running[group].empty()) {
        running[group].back().kill();
        running[group].pop_back();
        --jobs;
      }
    }
    simulation.run_until(simulation.now());
    if (change % changes_a_check != 0) continue;
    std::vector<double> demands;
    for (std::size_t i = 0; i < groups.size(); ++i)
      demands.push_back(std::min({static_cast<double>(running[i].size()), cores, groups[i].max_cores}));
    const std::vector<double> wanted = shares(groups, demands, cores);
    const std::vector<double> before = get();
    simulation.run_until(simulation.now() + step);
    const std::vector<double> after = get();
    for (std::size_t i = 0; i < groups.size(); ++i) {
      CAPTURE(change);
      CAPTURE(i);
      REQUIRE((after[i] - before[i]) / step.seconds == doctest::Approx(wanted[i]).epsilon(1e-7).scale(0.01));
    }
  }
  simulation.kill_all_processes();
}

}  // namespace

TEST_CASE("shares that are kept up to date are those of water-filling") {
  for (const Quotas quotas : {Quotas::none, Quotas::some}) {
    for (const Weights weights : {Weights::equal, Weights::whole, Weights::real, Weights::far_apart}) {
      for (std::uint64_t seed = 0; seed < 12; ++seed) {
        CAPTURE(seed);
        // Scarce for ever, most of the time, now and then.
        for (const std::size_t most_jobs : {60u, 14u, 9u})
          check_shares(seed, weights, quotas, 8.0, 24, most_jobs, 400, 1);
        check_shares(seed, weights, quotas, 2.5, 3, 12, 400, 1);
        check_shares(seed, weights, quotas, 2.5, 24, 12, 400, 1);
      }
    }
  }
}

TEST_CASE("shares that are kept up to date stay right for many changes") {
  for (const Quotas quotas : {Quotas::none, Quotas::some}) {
    for (const Weights weights : {Weights::real, Weights::far_apart}) {
      for (const std::size_t most_jobs : {100u, 14u})
        check_shares(1, weights, quotas, 8.0, 24, most_jobs, 150'000, 100);
    }
  }
}

TEST_CASE("a group with a quota may come where cores are scarce") {
  Simulation simulation;
  SharedServer server(simulation, 2.0);
  for (int i = 0; i < 6; ++i) {
    const GroupId group = server.add_group({.weight = i % 2 == 0 ? 100.0 : 50.0});
    server_test::spin(server, group);
    if (i == 0) server_test::spin(server, group);
  }
  simulation.run_until({1.0});
  const GroupId late = server.add_group({.weight = 50.0, .quota_cores = 0.25, .period = Duration{0.5}});
  const Process spinning = server_test::spin(server, late);
  simulation.run_until({2.0});
  // Nine parts of 50 at first, then ten. Its fifth of a core is within its quota.
  CHECK(server.cpu_time(late).seconds == doctest::Approx(0.2));
  CHECK(server.cpu_time(GroupId{0}).seconds == doctest::Approx(4.0 / 9.0 + 0.4));
  CHECK(server.cpu_time(GroupId{1}).seconds == doctest::Approx(2.0 / 9.0 + 0.2));
  spinning.kill();
  simulation.run_until({3.0});
  CHECK(server.cpu_time(late).seconds == doctest::Approx(0.2));
  CHECK(server.cpu_time(GroupId{1}).seconds == doctest::Approx(4.0 / 9.0 + 0.2));
  simulation.kill_all_processes();
}
