// SPDX-License-Identifier: MIT
#include "tools/kernels/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/host/core_scaling.hpp"
#include "tools/host/samples.hpp"

namespace kernels {
namespace {

using models::Basis;
using models::Bytes;
using models::Duration;
using models::Measured;

// A wait shorter than this is a thread that was put aside, not a call that sleeps.
constexpr double shortest_wait = 20e-6;
// The sampler wakes this late at most on a machine that does nothing else.
constexpr double longest_wake = 100e-6;
// Above this the rest of a lock's share is noise of the sampling.
constexpr double whole_share = 0.93;
// Switches below this per call are no hand-overs to learn from.
constexpr double few_switches = 0.5;

template <class List, class Value>
double median_of(const List& list, Value value) {
  host::Samples samples;
  for (const auto& one : list) samples.push_back(value(one));
  return host::quartiles(samples).median;
}

double total_throughput(const std::vector<Run>& processes) {
  double sum = 0.0;
  for (const Run& run : processes) sum += run.throughput;
  return sum;
}

double mean_cpu(const std::vector<Run>& processes) {
  double sum = 0.0;
  for (const Run& run : processes) sum += run.cpu;
  return sum / static_cast<double>(processes.size());
}

void fit_lock(const Measurement& measured, double wait_share, Fit& fit) {
  fit.lock = measured.runtime.lock;
  if (!fit.lock) {
    fit.lock_share = 0.0;
    fit.lock_measured = true;
    return;
  }
  if (measured.lock.empty()) return;
  fit.lock_measured = true;
  // Time that a call which releases once seems to hold the lock: the sampler's waking.
  const double wake = median_of(measured.lock, [](const LockRound& round) {
    return round.releasing.share * round.releasing.wall / std::max(round.releasing.releases, 1.0);
  });
  fit.releases = median_of(measured.lock, [](const LockRound& round) { return round.kernel.releases; });
  const double share = median_of(measured.lock, [&](const LockRound& round) {
    const double running = std::max(1.0 - wait_share, 1e-3) * round.kernel.wall;
    const double held = round.kernel.share * round.kernel.wall - std::min(wake, longest_wake) * round.kernel.releases;
    return std::clamp(held / running, 0.0, 1.0);
  });
  // Beside a long wait the sampler's own waking is all that is seen: its CPU is then the interpreter's.
  fit.lock_share = wait_share > 0.5 || share > whole_share ? 1.0 : share;
  // What sleeps or computes without the lock has released it, whether somebody waited or not.
  if (wait_share > 0.5 || fit.lock_share < 0.5) fit.releases = std::max(fit.releases, 1.0);
}

// Least squares of ratio - 1 = sigma (k - 1) + kappa k (k - 1), both not negative.
void fit_contention(const Measurement& measured, int cores, Fit& fit) {
  double aa = 0.0;
  double ab = 0.0;
  double bb = 0.0;
  double ay = 0.0;
  double by = 0.0;
  int points = 0;
  for (std::size_t i = 1; i < measured.counts.size(); ++i) {
    const int k = measured.counts[i];
    if (k > cores) continue;
    const double threads = median_of(measured.threads[i], [](const Run& run) { return run.cpu; });
    const double processes = median_of(measured.processes[i], mean_cpu);
    const double a = k - 1.0;
    const double b = k * (k - 1.0);
    const double y = threads / processes - 1.0;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ay += a * y;
    by += b * y;
    ++points;
  }
  if (points == 0) return;
  const double determinant = aa * bb - ab * ab;
  if (points > 1 && determinant > 1e-9) {
    fit.contention = (ay * bb - by * ab) / determinant;
    fit.coherency = (by * aa - ay * ab) / determinant;
  }
  // One count tells only the sum of both terms, and a term below zero means nothing.
  if (points == 1 || fit.contention < 0.0 || fit.coherency < 0.0) {
    fit.contention = std::max(0.0, ay / aa);
    fit.coherency = 0.0;
  }
  fit.contention = std::min(fit.contention, 1.0);
  fit.coherency = std::min(fit.coherency, 1.0);
}

void fit_handover(const Measurement& measured, Fit& fit) {
  if (!fit.lock) return;
  for (std::size_t i = 1; i < measured.counts.size(); ++i) {
    const double switches = median_of(measured.threads[i], [](const Run& run) { return run.voluntary; }) -
                            median_of(measured.threads[0], [](const Run& run) { return run.voluntary; });
    if (switches < few_switches) continue;
    const double more = median_of(measured.threads[i], [](const Run& run) { return run.cpu; }) - fit.cpu;
    fit.handover_cpu = std::max(0.0, more / switches);
    fit.handover_measured = true;
    return;
  }
}

void fit_memory(const Measurement& measured, Fit& fit) {
  const auto of = [&](std::size_t i, double Memory::*part) {
    return median_of(measured.threads[i], [part](const Run& run) { return run.memory.*part; });
  };
  fit.process_anonymous = of(0, &Memory::anonymous);
  fit.process_files = of(0, &Memory::file);
  const std::size_t last = measured.counts.size() - 1;
  const int more = measured.counts[last] - measured.counts[0];
  if (more > 0) {
    fit.thread_memory = std::max(0.0, (of(last, &Memory::anonymous) - fit.process_anonymous) / more);
  }
  fit.request_memory = measured.allocation.peak;
  fit.growth = std::max(0.0, measured.allocation.growth);
}

template <class T>
Measured<T> number(double value, bool measured, std::string_view why) {
  const T rounded{host::rounded(value)};
  return {rounded, rounded, rounded, measured ? Basis::measured : Basis::assumed, measured ? std::string() : std::string(why)};
}

Measured<Bytes> size(double bytes, bool measured, std::string_view why) {
  const Bytes whole{std::round(bytes / 1024.0) * 1024.0};
  return {whole, whole, whole, measured ? Basis::measured : Basis::assumed, measured ? std::string() : std::string(why)};
}

}  // namespace

Fit fit(const Measurement& measured, int cores) {
  Fit fit;
  const std::vector<Run>& alone = measured.threads.front();
  fit.cpu = median_of(alone, [](const Run& run) { return run.cpu; });
  const double wall = median_of(alone, [](const Run& run) { return run.wall_p50; });
  const double cpu_p50 = median_of(alone, [](const Run& run) { return run.cpu_p50; });
  const bool sleeps = median_of(alone, [](const Run& run) { return run.voluntary; }) >= few_switches;
  if (sleeps && wall - cpu_p50 > shortest_wait) fit.wait = wall - cpu_p50;
  // Lognormal: ln(p90 / p10) = 2 z90 sigma, scv = exp(sigma^2) - 1.
  constexpr double z90 = 1.2815515655446004;
  const double sigma = median_of(alone, [](const Run& run) {
    return std::log(std::max(run.cpu_p90, 1e-9) / std::max(run.cpu_p10, 1e-9)) / (2.0 * z90);
  });
  fit.cpu_scv = std::expm1(sigma * sigma);
  fit_lock(measured, fit.wait / (fit.wait + fit.cpu), fit);
  if (!fit.lock) fit_contention(measured, cores, fit);
  fit_handover(measured, fit);
  fit_memory(measured, fit);
  return fit;
}

std::vector<double> process_scaling(const Measurement& measured, int cores) {
  std::vector<std::size_t> counts;
  std::vector<double> over_one;
  const double one = median_of(measured.processes.front(), total_throughput);
  for (std::size_t i = 0; i < measured.counts.size(); ++i) {
    if (measured.counts[i] > cores) break;
    counts.push_back(static_cast<std::size_t>(measured.counts[i]));
    over_one.push_back(median_of(measured.processes[i], total_throughput) / one);
  }
  return host::scaling_curve(counts, over_one);
}

std::vector<Residual> residuals(const Fit& fit, const Measurement& measured, int cores) {
  const std::vector<double> scaling = process_scaling(measured, cores);
  // Cores that k runnable threads get, as work of one core.
  const auto capacity = [&](double runnable) {
    const auto whole = static_cast<std::size_t>(std::clamp(runnable, 1.0, static_cast<double>(scaling.size())));
    return runnable < 1.0 ? runnable : scaling[whole - 1];
  };
  std::vector<Residual> rows;
  for (std::size_t i = 0; i < measured.counts.size(); ++i) {
    const int k = measured.counts[i];
    const double computing = std::min(k, cores);
    const double usl = 1.0 + fit.contention * (computing - 1.0) + fit.coherency * computing * (computing - 1.0);
    const double unbound = k / (fit.cpu * usl + fit.wait);
    double threads = std::min(unbound, capacity(k) / (fit.cpu * usl));
    if (fit.lock && fit.lock_share > 0.0) threads = std::min(threads, 1.0 / (fit.lock_share * fit.cpu));
    rows.push_back({fmt::format("{} thread{}", k, k == 1 ? "" : "s"),
                    median_of(measured.threads[i], [](const Run& run) { return run.throughput; }), threads,
                    median_of(measured.threads[i], [](const Run& run) { return run.cpu; }),
                    median_of(measured.threads[i], [](const Run& run) { return run.voluntary; })});
    if (k == 1) continue;
    rows.push_back({fmt::format("{} processes", k), median_of(measured.processes[i], total_throughput),
                    std::min(k / (fit.cpu + fit.wait), capacity(k) / fit.cpu),
                    median_of(measured.processes[i], mean_cpu),
                    median_of(measured.processes[i], [](const std::vector<Run>& runs) { return runs.front().voluntary; })});
  }
  return rows;
}

models::Profile profile_of(const Fit& fit, const Measurement& measured, const Target& target, int cores) {
  models::Profile profile;
  profile.name = target.name + " on " + measured.runtime.version;
  profile.description = "One function, measured in process: no server, no connections.";
  profile.host.cores = cores;
  profile.host.scaling = process_scaling(measured, cores);
  profile.lock.present = fit.lock;
  profile.lock.switch_interval = number<Duration>(measured.runtime.switch_interval, fit.lock, "there is no lock");
  constexpr std::string_view few = "too few hand-overs between threads of this kernel to learn from";
  profile.lock.handover_cpu = number<Duration>(fit.handover_cpu, fit.handover_measured, fit.lock ? few : "there is no lock");
  if (!fit.lock) {
    profile.threads.contention = number<double>(fit.contention, true, "");
    profile.threads.coherency = number<double>(fit.coherency, true, "");
  }
  profile.threads.single_thread_cost = number<models::Factor>(1.0, true, "");   // measured on this build
  const bool memory = fit.process_anonymous > 0.0;
  constexpr std::string_view no_memory = "this system does not tell memory";
  profile.memory.process = size(fit.process_anonymous, memory, no_memory);
  profile.memory.container = size(fit.process_files, memory, no_memory);
  if (memory) profile.memory.container.basis = Basis::derived;
  if (memory) profile.memory.container.source = "mapped files; charged to the group that touches them first";
  profile.memory.thread = size(fit.thread_memory, memory, no_memory);
  profile.memory.growth = number<Bytes>(std::round(fit.growth), measured.allocation_known, "not traced in native code");
  models::Kernel& kernel = profile.kernels.emplace_back();
  kernel.name = target.name;
  kernel.help = "one call of " + target.name + " in process, " + measured.runtime.version;
  const auto phase = [&](models::PhaseKind kind, double seconds) -> models::Phase& {
    models::Phase& made = kernel.phases.emplace_back();
    made.kind = kind;
    made.time.mean = number<Duration>(seconds, true, "");
    if (kind != models::PhaseKind::wait && fit.cpu_scv > 1e-3) {
      made.time.shape = models::Shape::lognormal;
      made.time.scv = host::rounded(fit.cpu_scv, 2);
    }
    return made;
  };
  if (fit.lock && fit.lock_share > 0.0) {
    models::Phase& held = phase(models::PhaseKind::lock, fit.lock_share * fit.cpu);
    held.releases = number<double>(std::round(10.0 * fit.releases) / 10.0, fit.lock_measured, "not sampled");
    if (!fit.lock_measured) {
      held.time.mean.basis = Basis::assumed;
      held.time.mean.source = "the lock was not sampled: all of it is taken to need the lock";
    }
  }
  if (fit.lock_share < 1.0) phase(models::PhaseKind::cpu, (1.0 - fit.lock_share) * fit.cpu);
  if (fit.wait > 0.0) phase(models::PhaseKind::wait, fit.wait);
  kernel.phases.front().memory = Bytes{std::round(fit.request_memory / 1024.0) * 1024.0};
  return profile;
}

}  // namespace kernels
