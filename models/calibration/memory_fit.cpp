// SPDX-License-Identifier: MIT
#include "models/calibration/memory_fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>

#include "models/calibration/nonnegative.hpp"
#include "sim/stats/median.hpp"

namespace models {
namespace {

using Eigen::Index;

template <class T>
Measured<T> measured(T value) { return {value, value, value, Basis::measured, {}}; }

template <class T>
Measured<T> untold(T value, std::string reason) {
  return {value, value, value, Basis::assumed, std::move(reason)};
}

struct Reading {
  const MeasuredRun* run;
  bool loaded;

  const MemoryReading& memory() const { return loaded ? run->loaded : run->idle; }
  double charge() const { return memory().charge.value_or(memory().pss).value; }
  double processes() const { return static_cast<double>(run->what.processes); }
  double served() const { return loaded ? static_cast<double>(run->requests_before + run->requests) : 0.0; }
  double busy() const {
    if (!loaded) return 0.0;
    return static_cast<double>(std::min(run->what.connections, run->what.processes * run->what.threads));
  }
  // Servers start their threads with the process or with the first requests; a process has one beside them.
  double more_threads() const {
    const auto wanted = static_cast<double>(run->what.processes * (run->what.threads - 1));
    if (loaded || memory().threads >= run->what.processes * run->what.threads) return wanted;
    return 0.0;
  }
};

std::vector<Reading> readings_of(const std::vector<MeasuredRun>& runs) {
  std::vector<Reading> readings;
  for (const MeasuredRun& run : runs) {
    if (run.oom_kills > 0) continue;
    for (const bool loaded : {false, true}) {
      const Reading reading{&run, loaded};
      if (reading.charge() > 0.0) readings.push_back(reading);
    }
  }
  return readings;
}

// Share of the preloaded heap that is copied at once, where preloaded servers of one size only were measured (preload
// saves 80 % or less at start: cds-snc/notification-admin 2715).
constexpr double usual_at_once = 0.1;

// The columns of the linear problem.
enum Column : Index { container, process, thread, growth, shared, kept, copied, live };

std::vector<std::string> kernels_of(const std::vector<Reading>& readings) {
  std::vector<std::string> names;
  for (const Reading& reading : readings) {
    const std::string& name = reading.run->what.kernel;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

struct System {
  Eigen::MatrixXd a;
  Eigen::VectorXd b;
};

// Whether preloaded servers of several sizes tell the heap from what each process keeps shared of it.
bool sizes_vary(const std::vector<Reading>& readings) {
  std::set<Count> sizes;
  for (const Reading& reading : readings) {
    if (reading.run->what.preload) sizes.insert(reading.run->what.processes);
  }
  return sizes.size() > 1;
}

System system_of(const std::vector<Reading>& readings, const std::vector<std::string>& kernels, double decay) {
  const bool separate = sizes_vary(readings);
  const auto rows = static_cast<Index>(readings.size());
  System system{Eigen::MatrixXd::Zero(rows, live + static_cast<Index>(kernels.size())), Eigen::VectorXd::Ones(rows)};
  for (Index i = 0; i < rows; ++i) {
    const Reading& reading = readings[static_cast<std::size_t>(i)];
    auto row = system.a.row(i);
    row[container] = 1.0;
    row[process] = reading.processes();
    row[thread] = reading.more_threads();
    row[growth] = reading.served();
    if (reading.run->what.preload) {
      row[shared] = separate ? 1.0 : 1.0 - reading.processes() * (1.0 - usual_at_once);
      if (separate) row[kept] = -reading.processes();
      row[copied] = reading.processes() * -std::expm1(-reading.served() / reading.processes() / decay);
    }
    const auto kernel = std::find(kernels.begin(), kernels.end(), reading.run->what.kernel) - kernels.begin();
    row[live + kernel] = reading.busy();
    row /= reading.charge();
  }
  return system;
}

// Kernel memory of one more process.
double kernel_per_process(const std::vector<Reading>& readings) {
  std::vector<const Reading*> with;
  for (const Reading& reading : readings) {
    if (reading.memory().kernel) with.push_back(&reading);
  }
  if (with.empty()) return 0.0;
  Eigen::MatrixXd a(static_cast<Index>(with.size()), 2);
  Eigen::VectorXd b(a.rows());
  bool varies = false;
  for (Index i = 0; i < a.rows(); ++i) {
    const Reading& reading = *with[static_cast<std::size_t>(i)];
    a.row(i) << 1.0, reading.processes();
    b[i] = reading.memory().kernel->value;
    varies = varies || reading.processes() != with.front()->processes();
  }
  if (varies) return solve_non_negative(a, b).x[1];
  return b.mean() / with.front()->processes();
}

void add(std::vector<Identified>& parameters, std::string path, double value, double deviation, std::string reason = {}) {
  const double half = std::isfinite(deviation) ? 1.96 * deviation : 0.0;
  parameters.push_back({std::move(path), value, std::max(0.0, value - half), value + half,
                        reason.empty() ? Basis::measured : Basis::assumed, std::move(reason)});
}

void set_copy_on_write(const NonNegativeSolution& solved, double decay, const std::vector<Reading>& readings, bool ages,
                       Profile& profile, std::vector<Identified>& parameters) {
  const bool preloads = std::any_of(readings.begin(), readings.end(),
                                    [](const Reading& reading) { return reading.run->what.preload; });
  const bool separate = sizes_vary(readings);
  MemoryCosts& memory = profile.memory;
  // A worker cannot share more than it holds.
  const double heap = std::min(solved.x[shared], memory.process.value.value);
  if (!preloads || heap <= 0.0) {
    const std::string reason = preloads ? "no memory was shared by preloading" : "no probe preloads";
    memory.shared_heap = untold(Bytes{}, reason);
    add(parameters, "memory.shared_heap", 0.0, 0.0, reason);
    return;
  }
  memory.shared_heap = measured(Bytes{heap});
  add(parameters, "memory.shared_heap", heap, solved.deviation[shared]);
  const double kept_share = separate ? std::clamp(solved.x[kept] / heap, 0.0, 1.0) : 1.0 - usual_at_once;
  const std::string one_size = separate ? "" : "preloaded servers of one size only were measured";
  memory.unshared_at_once = separate ? measured(Fraction{1.0 - kept_share}) : untold(Fraction{usual_at_once}, one_size);
  add(parameters, "memory.unshared_at_once", 1.0 - kept_share, separate ? solved.deviation[kept] / heap : 0.0, one_size);
  if (!ages) {
    const std::string reason = "no probe shows a preloaded server after enough requests";
    memory.never_unshared = untold(Fraction{kept_share}, reason);
    add(parameters, "memory.never_unshared", kept_share, 0.0, reason);
    return;
  }
  const double copied_share = std::clamp(solved.x[copied] / heap, 0.0, kept_share);
  memory.never_unshared = measured(Fraction{kept_share - copied_share});
  add(parameters, "memory.never_unshared", kept_share - copied_share, solved.deviation[copied] / heap);
  memory.decay_requests = measured(decay);
  add(parameters, "memory.decay_requests", decay, 0.0);
}

void set_live(const NonNegativeSolution& solved, const std::vector<std::string>& kernels, Profile& profile,
              std::vector<Identified>& parameters) {
  double least = solved.x[live];
  for (Index k = 0; k < static_cast<Index>(kernels.size()); ++k) least = std::min(least, solved.x[live + k]);
  profile.memory.request = measured(Bytes{least});
  add(parameters, "memory.request", least, solved.deviation[live]);
  for (std::size_t k = 0; k < kernels.size(); ++k) {
    for (Kernel& kernel : profile.kernels) {
      if (kernel.name != kernels[k]) continue;
      for (Phase& phase : kernel.phases) phase.memory = {solved.x[live + static_cast<Index>(k)] - least};
    }
  }
}

}  // namespace

void fit_memory(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters,
                std::vector<Residual>& residuals) {
  const std::vector<Reading> readings = readings_of(runs);
  if (readings.empty()) return;
  const std::vector<std::string> kernels = kernels_of(readings);
  const auto any = [&](const auto& condition) { return std::any_of(readings.begin(), readings.end(), condition); };
  const bool threads = any([](const Reading& reading) { return reading.more_threads() > 0.0; });
  std::set<Count> processes;
  std::set<double> ages;
  for (const Reading& reading : readings) {
    processes.insert(reading.run->what.processes);
    if (reading.run->what.preload && reading.loaded) ages.insert(reading.served() / reading.processes());
  }

  double decay = 1000.0;
  NonNegativeSolution best;
  best.squares = -1.0;
  const bool shows_decay = ages.size() >= 2;
  const auto attempt = [&](double tried) {
    const System system = system_of(readings, kernels, tried);
    NonNegativeSolution solved = solve_non_negative(system.a, system.b);
    if (best.squares >= 0.0 && solved.squares >= best.squares) return;
    best = std::move(solved);
    decay = tried;
  };
  if (shows_decay) {
    for (int step = 0; step <= 40; ++step) attempt(30.0 * std::pow(10.0, step / 10.0));
    const double coarse = decay;
    for (int step = -15; step <= 15; ++step) attempt(coarse * std::pow(10.0, step / 150.0));
  } else {
    attempt(decay);
  }

  MemoryCosts& memory = profile.memory;
  memory.kernel_per_process = measured(Bytes{kernel_per_process(readings)});
  add(parameters, "memory.kernel_per_process", memory.kernel_per_process.value.value, 0.0);
  const bool told_apart = processes.size() > 1;
  const std::string together = "every probe has as many processes: container and process cannot be told apart";
  const double per_process = std::max(0.0, best.x[process] - memory.kernel_per_process.value.value);
  memory.container = told_apart ? measured(Bytes{best.x[container]}) : untold(Bytes{best.x[container]}, together);
  memory.process = told_apart ? measured(Bytes{per_process}) : untold(Bytes{per_process}, together);
  add(parameters, "memory.container", best.x[container], best.deviation[container], told_apart ? "" : together);
  add(parameters, "memory.process", per_process, best.deviation[process], told_apart ? "" : together);
  const std::string no_threads = "no probe has several threads";
  memory.thread = threads ? measured(Bytes{best.x[thread]}) : untold(Bytes{}, no_threads);
  add(parameters, "memory.thread", memory.thread.value.value, best.deviation[thread], threads ? "" : no_threads);
  memory.growth = measured(Bytes{best.x[growth]});
  add(parameters, "memory.growth", best.x[growth], best.deviation[growth]);
  set_live(best, kernels, profile, parameters);
  set_copy_on_write(best, decay, readings, shows_decay, profile, parameters);
  memory.interpreter = untold(memory.process.value, "an interpreter imports the application again");

  std::vector<double> outside;
  const System system = system_of(readings, kernels, decay);
  const Eigen::VectorXd relative = system.a * best.x;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const Reading& reading = readings[i];
    const double charge = reading.charge();
    residuals.push_back({reading.run->id, reading.loaded ? "charge" : "charge idle", charge,
                         relative[static_cast<Index>(i)] * charge, 0.01});
    const double kernel = reading.processes() * memory.kernel_per_process.value.value;
    if (reading.memory().charge) outside.push_back(reading.memory().pss.value - charge + kernel);
  }
  if (!outside.empty()) {
    memory.files_outside = measured(Bytes{std::max(0.0, sim::median(outside))});
    add(parameters, "memory.files_outside", memory.files_outside.value.value, 0.0);
  }
}

void fit_spawn(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters) {
  std::vector<const MeasuredRun*> started;
  for (const MeasuredRun& run : runs) {
    if (run.start_cpu > Duration{} && !run.what.preload && !run.what.cpu) started.push_back(&run);
  }
  if (started.empty()) return;
  Eigen::MatrixXd a(static_cast<Index>(started.size()), 2);
  Eigen::VectorXd b(a.rows());
  std::vector<double> waits;
  bool varies = false;
  for (Index i = 0; i < a.rows(); ++i) {
    const MeasuredRun& run = *started[static_cast<std::size_t>(i)];
    a.row(i) << 1.0, static_cast<double>(run.what.processes);
    b[i] = run.start_cpu.seconds;
    varies = varies || run.what.processes != started.front()->what.processes;
    if (run.what.processes == 1) waits.push_back(std::max(0.0, (run.start_time - run.start_cpu).seconds));
  }
  const std::string together = "every probe has as many processes: the master's start is in it";
  const NonNegativeSolution solved = solve_non_negative(a, b);
  const double cpu = varies ? solved.x[1] : b.mean() / static_cast<double>(started.front()->what.processes);
  profile.spawn.cpu = varies ? measured(Duration{cpu}) : untold(Duration{cpu}, together);
  add(parameters, "spawn.cpu", cpu, varies ? solved.deviation[1] : 0.0, varies ? "" : together);
  if (waits.empty()) return;
  profile.spawn.wait = measured(Duration{sim::median(waits)});
  add(parameters, "spawn.wait", profile.spawn.wait.value.seconds, 0.0);
}

}  // namespace models
