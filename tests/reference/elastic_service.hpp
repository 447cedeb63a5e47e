// SPDX-License-Identifier: MIT
// The slow, obvious fleet: every request of the day is simulated, on replicas that are started, spawned, probed and
// removed while it runs. The fluid day (models/fleet/fluid_fleet.hpp) is checked against it.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "models/cluster/service.hpp"
#include "models/fleet/autoscaler.hpp"
#include "models/fleet/day_load.hpp"

namespace reference {

struct ElasticDay {
  double arrived = 0.0;
  double completed = 0.0;
  double late = 0.0;              // slower than the p99 promise
  double lost = 0.0;
  double replica_seconds = 0.0;
  double core_seconds = 0.0;
  models::Count most_replicas = 0;
  double missed_minutes = 0.0;
};

class ElasticService {
 public:
  // `parameters.replicas`: those that run from the beginning, warm. Poisson arrivals at the rate of the day.
  ElasticService(models::TrialParameters parameters, const models::Autoscale& autoscale, std::uint64_t replication)
      : parameters_(with_arrivals(std::move(parameters), autoscale, replication)),
        autoscale_(autoscale),
        autoscaler_(autoscale_),
        simulation_(parameters_.seed, replication),
        service_(simulation_, parameters_, replication) {
    service_.ledger().keep_latencies();
    for (std::size_t i = 0; i < static_cast<std::size_t>(parameters_.replicas); ++i) {
      replicas_.push_back({sim::TimePoint{-1e9}, i, true, sim::TimePoint{-1e9}, {}, std::nullopt});
    }
  }

  ElasticDay run() {
    service_.start();
    service_.open_window();
    ElasticDay day;
    const double length = models::DayLoad(parameters_.service.load, autoscale_).length().seconds;
    for (double now = 0.0; now < length; now += 1.0) {
      simulation_.run_until({now});
      bring_up();
      if (std::fmod(now, autoscale_.sync.seconds) < 1.0) decide();
      if (std::fmod(now, autoscale_.metrics.seconds) < 1.0) sample();
      day.replica_seconds += static_cast<double>(replicas_.size());
      day.most_replicas = std::max(day.most_replicas, static_cast<models::Count>(replicas_.size()));
    }
    simulation_.run_until({length});
    service_.close_window();
    judge(day);
    for (const models::ContainerInstance& container : service_.containers()) {
      day.core_seconds += service_.cpu().cpu_time(container.group()).seconds;
    }
    return day;
  }

 private:
  struct Replica {
    sim::TimePoint starts_at;               // its container
    std::optional<std::size_t> container;   // once that runs
    bool serves = false;
    sim::TimePoint serves_since;
    sim::Duration cpu_before;
    std::optional<double> use;
    bool has_sample = false;                // one that counts only once it has served for as long
  };

  static models::TrialParameters with_arrivals(models::TrialParameters parameters, const models::Autoscale& autoscale,
                                               std::uint64_t replication) {
    const models::DayLoad load(parameters.service.load, autoscale);
    double highest = 0.0;
    for (double t = 0.0; t <= load.length().seconds; t += 1.0) highest = std::max(highest, load.rate({t}));
    sim::Stream random(parameters.seed, replication, "day", 0);
    models::Load trace;
    trace.trace = "day";
    for (double t = random.exponential() / highest; t < load.length().seconds; t += random.exponential() / highest) {
      if (random.uniform() * highest < load.rate({t})) trace.trace_times.push_back(t);
    }
    parameters.service.load = trace;
    return parameters;
  }

  void bring_up() {
    const sim::TimePoint now = simulation_.now();
    for (Replica& replica : replicas_) {
      if (!replica.container && replica.starts_at <= now) {
        replica.container = service_.containers().size();
        service_.add_container();
      }
      if (replica.serves || !replica.container) continue;
      const models::ContainerInstance& container = service_.containers()[*replica.container];
      const bool spawned = container.processes_alive() == static_cast<std::size_t>(parameters_.deployment.processes);
      const double running = (now - replica.starts_at).seconds;
      if (!spawned || running <= 0.0 || std::fmod(running, autoscale_.probe.seconds) >= 1.0) continue;
      replica.serves = true;
      replica.serves_since = now;
      service_.serve(*replica.container, true);
    }
  }

  void decide() {
    models::FleetUse fleet;
    for (const Replica& replica : replicas_) {
      if (!replica.use) {
        ++(replica.container && !replica.has_sample ? fleet.missing : fleet.starting);
        continue;
      }
      ++fleet.counted;
      fleet.use += *replica.use;
    }
    const auto count = static_cast<models::Count>(replicas_.size());
    if (fleet.counted > 0) fleet.use /= static_cast<double>(fleet.counted);
    const models::Count wanted = autoscaler_.decide(simulation_.now(), fleet);
    for (models::Count i = count; i < wanted; ++i) {
      replicas_.push_back({simulation_.now() + autoscale_.image_start, {}, false, {}, {}, {}, false});
    }
    for (models::Count i = wanted; i < count; ++i) {
      if (replicas_.back().serves) service_.serve(*replicas_.back().container, false);
      replicas_.pop_back();
    }
  }

  void sample() {
    for (Replica& replica : replicas_) {
      if (!replica.container) continue;
      const sim::Duration used = service_.cpu().cpu_time(service_.containers()[*replica.container].group());
      replica.has_sample = replica.has_sample || replica.starts_at <= simulation_.now() - autoscale_.metrics;
      if (replica.serves && replica.serves_since <= simulation_.now() - autoscale_.metrics) {
        replica.use = (used - replica.cpu_before).seconds /
                      (autoscale_.metrics.seconds * parameters_.container.limits.cpu->value);
      }
      replica.cpu_before = used;
    }
  }

  void judge(ElasticDay& day) {
    const auto& latencies = service_.ledger().latencies();
    const auto& times = service_.ledger().completion_times();
    const double limit = parameters_.service.slo.p99->seconds;
    std::vector<double> late(1, 0.0);
    std::vector<double> all(1, 0.0);
    for (std::size_t i = 0; i < latencies.size(); ++i) {
      const auto minute = static_cast<std::size_t>(times[i] / 60.0);
      if (minute >= all.size()) {
        all.resize(minute + 1, 0.0);
        late.resize(minute + 1, 0.0);
      }
      all[minute] += 1.0;
      late[minute] += latencies[i] > limit ? 1.0 : 0.0;
    }
    for (std::size_t minute = 0; minute < all.size(); ++minute) {
      day.completed += all[minute];
      day.late += late[minute];
      if (late[minute] > 0.01 * all[minute]) day.missed_minutes += 1.0;
    }
    day.arrived = static_cast<double>(service_.ledger().arrived());
    day.lost = static_cast<double>(service_.ledger().left()) - day.completed;
  }

  models::TrialParameters parameters_;
  models::Autoscale autoscale_;
  models::Autoscaler autoscaler_;
  sim::Simulation simulation_;
  models::ServiceInstance service_;
  std::vector<Replica> replicas_;  // oldest first
};

}  // namespace reference
