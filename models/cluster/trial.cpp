// SPDX-License-Identifier: MIT
#include "models/cluster/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "models/cluster/service.hpp"
#include "sim/stats/warm_up.hpp"

namespace models {
namespace {

// What the cores and containers have counted so far; the observation is a difference of two of these.
struct Meters {
  Duration cpu;
  double busy_core_seconds = 0.0;
  Duration throttled;
  std::uint64_t periods = 0;
  std::uint64_t throttled_periods = 0;
  std::uint64_t events = 0;

  explicit Meters(ServiceInstance& service)
      : busy_core_seconds(service.cpu().busy_core_seconds()), events(service.simulation().events()) {
    for (const ContainerInstance& container : service.containers()) {
      cpu += service.cpu().cpu_time(container.group());
      throttled += service.cpu().throttled_time(container.group());
      periods += service.cpu().periods(container.group());
      throttled_periods += service.cpu().throttled_periods(container.group());
    }
  }
};

Observation observe(ServiceInstance& service, const TrialParameters& parameters, const Meters& start, Duration length) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Observation observation;
  observation.fill(nan);
  const auto put = [&](Metric metric, double value) { observation[static_cast<std::size_t>(metric)] = value; };

  Ledger& ledger = service.ledger();
  const Meters now(service);
  const auto count = [&](Outcome outcome) { return static_cast<double>(ledger.count(outcome)); };
  const double completed = count(Outcome::completed);
  const double lost = count(Outcome::refused) + count(Outcome::timed_out) + count(Outcome::killed);
  const double seconds = length.seconds;
  const auto containers = static_cast<double>(service.containers().size());

  put(Metric::throughput, completed / seconds);
  if (completed > 0) {
    put(Metric::latency_mean, ledger.latency_mean());
    put(Metric::latency_p50, ledger.latency().quantile(0.5));
    put(Metric::latency_p95, ledger.latency().quantile(0.95));
    put(Metric::latency_p99, ledger.latency().quantile(0.99));
    put(Metric::latency_p999, ledger.latency().quantile(0.999));
    put(Metric::cpu_per_request, (now.cpu - start.cpu).seconds / completed);
    put(Metric::worker_wait, ledger.worker_wait().seconds / completed);
    if (!parameters.pools.empty()) put(Metric::pool_wait, ledger.pool_wait().seconds / completed);
  }
  put(Metric::cpu_used, (now.cpu - start.cpu).seconds / seconds);
  put(Metric::core_utilization,
      (now.busy_core_seconds - start.busy_core_seconds) / (seconds * static_cast<double>(parameters.node.cores)));
  if (parameters.container.limits.cpu) {
    put(Metric::quota_utilization,
        (now.cpu - start.cpu).seconds / (seconds * parameters.container.limits.cpu->value * containers));
    put(Metric::throttled_time, (now.throttled - start.throttled).seconds / (seconds * containers));
    const auto periods = static_cast<double>(now.periods - start.periods);
    put(Metric::throttled_periods,
        periods > 0 ? static_cast<double>(now.throttled_periods - start.throttled_periods) / periods : 0.0);
  }

  Duration lock_held;
  double handovers = 0.0;
  double workers = 0.0;
  double busy_workers = 0.0;
  Bytes memory_mean;
  Bytes memory_max;
  Bytes memory_pss;
  double oom_kills = 0.0;
  double busy_time = 0.0;
  for (const ContainerInstance& container : service.containers()) {
    lock_held = std::max(lock_held, container.lock_held());
    handovers += static_cast<double>(container.handovers());
    workers += container.workers();
    busy_workers += container.mean_busy_workers();
    memory_mean += container.memory().mean_charge() * (1.0 / containers);
    memory_pss += container.memory().mean_pss() * (1.0 / containers);
    memory_max = std::max(memory_max, container.memory().max_charge());
    oom_kills += static_cast<double>(container.oom_kills());
    busy_time += container.busy_share() / containers;
  }
  // Only a lock that threads share can keep one of them waiting.
  if (runtime_of(parameters.deployment, parameters.profile).name == gil_threads_runtime.name) {
    put(Metric::lock_utilization, lock_held.seconds / seconds);
    if (completed > 0) {
      put(Metric::lock_wait, ledger.lock_wait().seconds / completed);
      put(Metric::handovers_per_request, handovers / completed);
    }
  }
  if (workers > 0.0) put(Metric::worker_utilization, busy_workers / workers);
  put(Metric::memory_mean, memory_mean.value);
  put(Metric::memory_max, memory_max.value);
  put(Metric::memory_pss, memory_pss.value);
  if (parameters.container.limits.memory) {
    put(Metric::memory_utilization, memory_max / *parameters.container.limits.memory);
  }
  put(Metric::error_rate, completed + lost > 0 ? lost / (completed + lost) : 0.0);
  put(Metric::refused, count(Outcome::refused));
  put(Metric::timed_out, count(Outcome::timed_out));
  put(Metric::killed, count(Outcome::killed));
  put(Metric::oom_kills, oom_kills);
  put(Metric::busy_time, busy_time);
  if (parameters.service.load.open && ledger.arrived() > 0) {
    put(Metric::backlog_growth, static_cast<double>(ledger.in_system() - ledger.in_system_at_open()) /
                                    static_cast<double>(ledger.arrived()));
  }
  if (parameters.service.load.tasks && completed > 0) put(Metric::makespan, seconds);
  return observation;
}

bool runs_to_its_end(const Load& load) { return load.tasks.has_value() || load.trace.has_value(); }

[[noreturn]] void refuse(const TrialParameters& parameters, const sim::Simulation& simulation, std::string_view what) {
  throw TooManyEvents(fmt::format(
      "deployments.{}: {} within {:.3g} simulated seconds; make run.duration shorter, or load, timeouts and network "
      "less extreme",
      parameters.deployment.name, what, simulation.now().seconds));
}

// Runs until then; false when interrupted.
bool advance(ServiceInstance& service, TimePoint until, const TrialParameters& parameters, const Effort& effort) {
  constexpr std::uint64_t slice = 500'000;
  sim::Simulation& simulation = service.simulation();
  for (;;) {
    simulation.stop_after(std::min(simulation.events() + slice, effort.events));
    simulation.run_until(until);
    if (!simulation.exhausted()) return true;
    if (effort.stop_requested && effort.stop_requested()) return false;
    if (simulation.events() >= effort.events) {
      refuse(parameters, simulation, fmt::format("{} events are simulated", simulation.events()));
    }
    const auto at_once = static_cast<std::size_t>(service.ledger().in_system());
    if (!parameters.service.load.connections && at_once > effort.requests_at_once) {
      refuse(parameters, simulation, fmt::format("{} requests are waiting at once", at_once));
    }
  }
}

}  // namespace

TrialResults simulate(const TrialParameters& parameters, const Window& window, std::uint64_t replication,
                      const Effort& effort) {
  sim::Simulation simulation(parameters.seed, replication);
  ServiceInstance service(simulation, parameters, replication);
  service.start();
  const bool to_its_end = runs_to_its_end(parameters.service.load);
  TrialResults results;
  results.interrupted = !to_its_end && !advance(service, TimePoint{} + window.warm_up, parameters, effort);
  if (results.interrupted) return results;
  service.open_window();
  const Meters start(service);
  const TimePoint end = to_its_end ? TimePoint::never() : TimePoint{} + window.warm_up + window.length;
  results.interrupted = !advance(service, end, parameters, effort);
  if (results.interrupted) return results;
  const Duration length = to_its_end ? service.ledger().last_departure() - TimePoint{} : window.length;
  service.close_window();
  results.observation = observe(service, parameters, start, length);
  results.events = simulation.events();
  results.requests = service.ledger().left();
  const double share = 1.0 / static_cast<double>(service.containers().size());
  for (const ContainerInstance& container : service.containers()) {
    results.charge_at_end += container.memory().charge() * share;
    results.pss_at_end += container.memory().pss() * share;
  }
  return results;
}

Window choose_window(const TrialParameters& parameters, const PilotSettings& settings) {
  if (runs_to_its_end(parameters.service.load)) return {};
  // A stream of its own: the pilot is no replication of the experiment.
  constexpr std::uint64_t pilot = std::uint64_t{1} << 40;
  sim::Simulation simulation(parameters.seed, pilot);
  ServiceInstance service(simulation, parameters, pilot);
  service.ledger().keep_latencies();
  service.start();
  bool cut_short = false;
  const auto run_for = [&](Duration time) {
    constexpr std::uint64_t slice = 100'000;
    simulation.stop_after(std::min(simulation.events() + slice, settings.events));
    simulation.run_until(simulation.now() + time);
    const auto at_once = static_cast<std::size_t>(service.ledger().in_system());
    cut_short = (parameters.service.load.open && at_once > settings.requests_at_once) ||
                simulation.events() >= settings.events;
  };

  const Ledger& ledger = service.ledger();
  const std::vector<double>& latencies = ledger.latencies();
  const std::vector<double>& times = ledger.completion_times();
  // Simulated time goes on in steps that grow until enough requests have left, a tenth of them answered.
  Duration step{0.01};
  std::size_t wanted = settings.requests / 2;
  std::optional<std::size_t> dropped;
  const auto too_few = [&] { return ledger.left() < wanted || latencies.size() < wanted / 10; };
  for (int rounds = 0; rounds < 4; ++rounds, wanted *= 2) {
    const TimePoint give_up = simulation.now() + 1e5 * std::max(step, Duration{1.0});
    while (too_few() && simulation.now() < give_up && !cut_short) {
      const std::uint64_t before = ledger.left();
      run_for(step);
      if ((ledger.left() - before) * 50 < wanted) step *= 2.0;
    }
    dropped = sim::mser5(latencies);
    if (dropped || too_few() || cut_short) break;
  }

  const Duration elapsed = simulation.now() - TimePoint{};
  if (elapsed <= Duration{}) refuse(parameters, simulation, fmt::format("{} events happen", simulation.events()));
  if (latencies.empty()) return {Duration{}, elapsed};
  const std::size_t seen = std::max<std::size_t>(latencies.size(), ledger.left() / 10);
  const Duration per_request = elapsed / static_cast<double>(seen);
  const std::size_t kept_from = std::min(dropped.value_or(latencies.size() / 2), latencies.size() - 1);
  Window window;
  window.warm_up = Duration{times[kept_from]};
  window.length = per_request * static_cast<double>(settings.requests);
  if (parameters.container.limits.cpu) {
    window.length = std::max(window.length, parameters.container.cpu_period * static_cast<double>(settings.periods));
  }
  const double affordable = static_cast<double>(settings.events) / static_cast<double>(simulation.events());
  window.length = std::min(window.length, cut_short ? elapsed : elapsed * affordable);
  return window;
}

}  // namespace models
