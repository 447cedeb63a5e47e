// SPDX-License-Identifier: MIT
#include "models/calibration/probe.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/stats/median.hpp"

namespace models {
namespace {

struct Reading {
  Metric metric;
  double (*of)(const MeasuredRun&);
  // How exactly the model is asked to meet it: well inside the accuracy that predictions are judged by, and wider for
  // the tails, which a few seconds hardly show.
  double floor;
};

constexpr std::array<Reading, 6> readings{{
    {Metric::throughput, [](const MeasuredRun& run) { return run.throughput.per_second; }, 0.01},
    {Metric::cpu_per_request, [](const MeasuredRun& run) { return run.cpu_per_request.seconds; }, 0.01},
    {Metric::latency_p50, [](const MeasuredRun& run) { return run.latency.p50.seconds; }, 0.02},
    {Metric::latency_p95, [](const MeasuredRun& run) { return run.latency.p95.seconds; }, 0.04},
    {Metric::latency_p99, [](const MeasuredRun& run) { return run.latency.p99.seconds; }, 0.06},
    {Metric::latency_p999, [](const MeasuredRun& run) { return run.latency.p999.seconds; }, 0.25},
}};

template <class Value>
double median_of(const std::vector<const MeasuredRun*>& runs, const Value& value) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const MeasuredRun* run : runs) values.push_back(value(*run));
  return sim::median(std::move(values));
}

bool same_performance(Configuration a, Configuration b, const std::string& server_name) {
  a.preload = b.preload = false;
  a.keep_alive = keeps_alive(a, server_name);
  b.keep_alive = keeps_alive(b, server_name);
  const bool stays = a.keep_alive && a.processes > 1;
  return a == b && !stays;
}

void keep_the_clean(Probe& probe, Count machine_cores) {
  std::vector<const MeasuredRun*> clean;
  for (const MeasuredRun* run : probe.repeats) {
    if (!run->contaminated(machine_cores)) clean.push_back(run);
  }
  if (clean.empty()) {
    clean.push_back(*std::min_element(probe.repeats.begin(), probe.repeats.end(),
                                      [](const MeasuredRun* a, const MeasuredRun* b) { return a->other < b->other; }));
  }
  probe.repeats = std::move(clean);
}

// Relative standard deviation of one repeat, pooled over the probes of a kernel: what computes drifts more than what
// waits.
double pooled_spread(const std::vector<Probe>& probes, const std::string& kernel, const Reading& reading) {
  double squares = 0.0;
  double freedom = 0.0;
  for (const Probe& probe : probes) {
    if (probe.what.kernel != kernel) continue;
    double mean = 0.0;
    for (const MeasuredRun* run : probe.repeats) mean += std::log(reading.of(*run));
    mean /= static_cast<double>(probe.repeats.size());
    for (const MeasuredRun* run : probe.repeats) squares += std::pow(std::log(reading.of(*run)) - mean, 2);
    freedom += static_cast<double>(probe.repeats.size()) - 1.0;
  }
  return freedom > 0.0 ? std::sqrt(squares / freedom) : 0.0;
}

// The tail needs requests beyond it.
bool tells(const Probe& probe, Metric metric) {
  const double requests = median_of(probe.repeats, [](const MeasuredRun& run) { return static_cast<double>(run.requests); });
  if (metric == Metric::throughput) return !probe.what.rate;  // of open arrivals it is their own
  if (metric == Metric::latency_p999) return requests >= 3000.0;
  if (metric == Metric::latency_p99) return requests >= 400.0;
  return true;
}

}  // namespace

const ServerInfo* stated_server(const Configuration& what, const std::string& otherwise) {
  return find_server(what.server.empty() ? otherwise : what.server);
}

bool keeps_alive(const Configuration& what, const std::string& otherwise) {
  const ServerInfo* server = stated_server(what, otherwise);
  return what.keep_alive && (server == nullptr || server->keep_alive);
}

double Probe::measured(Metric metric) const {
  const auto found = std::find_if(targets.begin(), targets.end(), [&](const Target& t) { return t.metric == metric; });
  return found == targets.end() ? std::numeric_limits<double>::quiet_NaN() : found->measured;
}

std::vector<Probe> probes_of(const std::vector<MeasuredRun>& runs, Count machine_cores,
                             const std::string& server_name) {
  std::vector<Probe> probes;
  for (const MeasuredRun& run : runs) {
    const bool answered = run.requests > 0 && run.throughput.per_second > 0.0 && run.latency.p50 > Duration{};
    if (!answered) continue;
    const auto same = std::find_if(probes.begin(), probes.end(),
                                   [&](const Probe& probe) { return same_performance(probe.what, run.what, server_name); });
    Probe& probe = same == probes.end() ? probes.emplace_back() : *same;
    if (probe.repeats.empty()) {
      probe.run = run.id;
      probe.what = run.what;
      probe.what.preload = false;
    }
    probe.repeats.push_back(&run);
  }
  for (Probe& probe : probes) keep_the_clean(probe, machine_cores);

  for (const Reading& reading : readings) {
    for (Probe& probe : probes) {
      const double spread = pooled_spread(probes, probe.what.kernel, reading);
      const double measured = median_of(probe.repeats, reading.of);
      if (!(measured > 0.0) || !tells(probe, reading.metric)) continue;
      // Others take a process's turn, not the CPU time that its work needs: that grows by what they do to the caches.
      const double exposure = reading.metric == Metric::cpu_per_request ? 0.2 : 1.0;
      const double dirt = probe.repeats.front()->contaminated(machine_cores)
                              ? exposure * probe.repeats.front()->other.value / static_cast<double>(machine_cores)
                              : 0.0;
      const double variance = reading.floor * reading.floor +
                              spread * spread / static_cast<double>(probe.repeats.size()) + dirt * dirt;
      probe.targets.push_back({reading.metric, measured, std::sqrt(variance)});
    }
  }
  for (Probe& probe : probes) {
    probe.client_cpu = {median_of(probe.repeats, [](const MeasuredRun& run) { return run.client_cpu_per_request.seconds; })};
    probe.switches = median_of(probe.repeats, [](const MeasuredRun& run) { return run.voluntary_switches; });
    probe.shared_cores = probe.repeats.front()->shared_cores;
  }
  return probes;
}

}  // namespace models
