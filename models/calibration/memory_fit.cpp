// SPDX-License-Identifier: MIT
#include "models/calibration/memory_fit.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "models/calibration/memory_system.hpp"
#include "models/calibration/told.hpp"
#include "sim/stats/median.hpp"

namespace models {
namespace {

using Eigen::Index;

// Kernel memory of one more process.
double kernel_per_process(const std::vector<ChargeReading>& readings) {
  std::vector<const ChargeReading*> with;
  for (const ChargeReading& reading : readings) {
    if (reading.memory().kernel) with.push_back(&reading);
  }
  if (with.empty()) return 0.0;
  Eigen::MatrixXd a(static_cast<Index>(with.size()), 2);
  Eigen::VectorXd b(a.rows());
  bool varies = false;
  for (Index i = 0; i < a.rows(); ++i) {
    const ChargeReading& reading = *with[static_cast<std::size_t>(i)];
    a.row(i) << 1.0, reading.processes();
    b[i] = reading.memory().kernel->value;
    varies = varies || reading.processes() != with.front()->processes();
  }
  if (varies) return solve_non_negative(a, b).x[1];
  return b.mean() / with.front()->processes();
}

constexpr double usual_decay = 1000.0;   // requests, where no probe tells

// The equations solved, with the n0 of each kernel that leave least.
struct Solved {
  explicit Solved(const MemorySystem& equations)
      : system(equations), decay(equations.kernels().size(), usual_decay), best(equations.solve(decay)) {
    // Kernels are coupled by what their runs have in common: each is looked at again until none moves.
    constexpr int most_rounds = 8;
    bool moved = true;
    for (int round = 0; moved && round < most_rounds; ++round) {
      const std::vector<double> before = decay;
      for (std::size_t k = 0; k < decay.size(); ++k) {
        if (system.ages(k)) find_decay(k);
      }
      moved = decay != before;
    }
  }

  double value(Index column) const { return best.x[column]; }
  double deviation(Index column) const { return best.deviation[column]; }
  double value(std::size_t kernel, MemorySystem::KernelColumn which) const { return value(system.column(kernel, which)); }
  double deviation(std::size_t kernel, MemorySystem::KernelColumn which) const {
    return deviation(system.column(kernel, which));
  }

  const MemorySystem& system;
  std::vector<double> decay;
  NonNegativeSolution best;

 private:
  void find_decay(std::size_t kernel) {
    const auto attempt = [&](double tried) {
      std::vector<double> with = decay;
      with[kernel] = tried;
      NonNegativeSolution solved = system.solve(with);
      if (solved.squares >= best.squares) return;
      best = std::move(solved);
      decay = std::move(with);
    };
    for (int step = 0; step <= 40; ++step) attempt(30.0 * std::pow(10.0, step / 10.0));
    const double coarse = decay[kernel];
    for (int step = -7; step <= 7; ++step) attempt(coarse * std::pow(10.0, step / 150.0));
  }
};

Kernel* find_kernel(Profile& profile, const std::string& name) {
  const auto found = std::find_if(profile.kernels.begin(), profile.kernels.end(),
                                  [&](const Kernel& kernel) { return kernel.name == name; });
  return found == profile.kernels.end() ? nullptr : &*found;
}

// What is shared after the fork; returns the share of the heap that no process copies at once, 0 without a heap.
double set_shared_heap(const Solved& solved, Profile& profile, std::vector<Identified>& parameters) {
  const bool preloads = std::ranges::any_of(solved.system.readings(), [](const ChargeReading& reading) {
    return reading.run->what.preload;
  });
  const bool separate = solved.system.sizes_vary();
  MemoryCosts& memory = profile.memory;
  // A worker cannot share more than it holds.
  const double once = std::min(solved.value(MemorySystem::shared), memory.process.value.value);
  const double kept = separate ? std::min(solved.value(MemorySystem::kept), memory.process.value.value)
                               : once * (1.0 - usual_at_once);
  const double heap = std::max(once, kept);
  if (!preloads || kept <= 0.0) {
    const std::string reason = preloads ? "no memory was shared by preloading" : "no probe preloads";
    memory.shared_heap = untold(Bytes{}, reason);
    note(parameters, "memory.shared_heap", 0.0, 0.0, reason);
    return 0.0;
  }
  memory.shared_heap = measured(Bytes{heap});
  note(parameters, "memory.shared_heap", heap,
      solved.deviation(separate && kept > once ? MemorySystem::kept : MemorySystem::shared));
  const std::string one_size = separate ? "" : "preloaded servers of one size only were measured";
  memory.held_by_master = separate ? measured(Bytes{heap - once}) : untold(Bytes{}, one_size);
  note(parameters, "memory.held_by_master", heap - once, separate ? solved.deviation(MemorySystem::shared) : 0.0, one_size);
  const double at_once = 1.0 - kept / heap;
  memory.unshared_at_once = separate ? measured(Fraction{at_once}) : untold(Fraction{at_once}, one_size);
  note(parameters, "memory.unshared_at_once", at_once, separate ? solved.deviation(MemorySystem::kept) / heap : 0.0, one_size);
  return kept / heap;
}

void set_copying(const Solved& solved, double kept_share, Profile& profile, std::vector<Identified>& parameters) {
  MemoryCosts& memory = profile.memory;
  const double heap = memory.shared_heap.value.value;
  bool told = false;
  for (std::size_t k = 0; k < solved.decay.size(); ++k) {
    const std::string& name = solved.system.kernels()[k];
    Kernel* kernel = find_kernel(profile, name);
    if (!kernel) continue;
    const std::string path = told ? "kernels." + name + ".memory." : "memory.";
    if (!solved.system.ages(k)) {
      if (told) {
        note(parameters, path + "never_unshared", memory.never_unshared.value.value, 0.0,
            "no preloaded server is seen after several numbers of its requests: the profile's");
      }
      continue;
    }
    const double copied = std::clamp(solved.value(k, MemorySystem::copied) / heap, 0.0, kept_share);
    const Measured<Fraction> never = measured(Fraction{kept_share - copied});
    const Measured<double> decay = measured(solved.decay[k]);
    note(parameters, path + "never_unshared", never.value.value, solved.deviation(k, MemorySystem::copied) / heap);
    note(parameters, path + "decay_requests", decay.value, 0.0);
    if (told) {
      kernel->memory.never_unshared = never;
      kernel->memory.decay_requests = decay;
    } else {
      memory.never_unshared = never;
      memory.decay_requests = decay;
    }
    told = true;
  }
  if (told) return;
  const std::string reason = "no probe shows a preloaded server after enough requests";
  memory.never_unshared = untold(Fraction{kept_share}, reason);
  note(parameters, "memory.never_unshared", kept_share, 0.0, reason);
}

void set_growth(const Solved& solved, Profile& profile, std::vector<Identified>& parameters) {
  const double common = solved.value(0, MemorySystem::growth);
  const double spread = solved.deviation(0, MemorySystem::growth);
  profile.memory.growth = measured(Bytes{common});
  note(parameters, "memory.growth", common, spread);
  for (std::size_t k = 1; k < solved.decay.size(); ++k) {
    Kernel* kernel = find_kernel(profile, solved.system.kernels()[k]);
    const double own = solved.value(k, MemorySystem::growth);
    const double chance = 1.96 * std::hypot(spread, solved.deviation(k, MemorySystem::growth));
    if (!kernel || !(std::abs(own - common) > chance)) continue;
    kernel->memory.growth = measured(Bytes{own});
    note(parameters, "kernels." + kernel->name + ".memory.growth", own, solved.deviation(k, MemorySystem::growth));
  }
}

// What every request holds, and what those of some kernels hold beside it.
void set_live(const Solved& solved, Profile& profile, std::vector<Identified>& parameters) {
  std::size_t least = 0;
  for (std::size_t k = 1; k < solved.decay.size(); ++k) {
    if (solved.value(k, MemorySystem::live) < solved.value(least, MemorySystem::live)) least = k;
  }
  const double common = solved.value(least, MemorySystem::live);
  profile.memory.request = measured(Bytes{common});
  note(parameters, "memory.request", common, solved.deviation(least, MemorySystem::live));
  for (std::size_t k = 0; k < solved.decay.size(); ++k) {
    Kernel* kernel = find_kernel(profile, solved.system.kernels()[k]);
    if (!kernel) continue;
    for (Phase& phase : kernel->phases) phase.memory = {solved.value(k, MemorySystem::live) - common};
  }
}

}  // namespace

void fit_memory(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters,
                std::vector<Residual>& residuals) {
  const MemorySystem system(charge_readings(runs));
  const std::vector<ChargeReading>& readings = system.readings();
  if (readings.empty()) return;
  const auto any = [&](const auto& condition) { return std::any_of(readings.begin(), readings.end(), condition); };
  const bool threads = any([](const ChargeReading& reading) { return reading.more_threads() > 0.0; });
  const bool told_apart = any([&](const ChargeReading& reading) {
    return reading.processes() != readings.front().processes();
  });
  const Solved solved(system);

  MemoryCosts& memory = profile.memory;
  memory.kernel_per_process = measured(Bytes{kernel_per_process(readings)});
  note(parameters, "memory.kernel_per_process", memory.kernel_per_process.value.value, 0.0);
  const std::string together = "every probe has as many processes: container and process cannot be told apart";
  const double once = solved.value(MemorySystem::container);
  const double per_process = std::max(0.0, solved.value(MemorySystem::process) - memory.kernel_per_process.value.value);
  memory.container = told_apart ? measured(Bytes{once}) : untold(Bytes{once}, together);
  memory.process = told_apart ? measured(Bytes{per_process}) : untold(Bytes{per_process}, together);
  memory.parent_of_one = !any([](const ChargeReading& reading) { return !reading.has_parent(); });
  note(parameters, "memory.container", once, solved.deviation(MemorySystem::container), told_apart ? "" : together);
  note(parameters, "memory.process", per_process, solved.deviation(MemorySystem::process), told_apart ? "" : together);
  const std::string no_threads = "no probe has several threads";
  memory.thread = threads ? measured(Bytes{solved.value(MemorySystem::thread)}) : untold(Bytes{}, no_threads);
  note(parameters, "memory.thread", memory.thread.value.value, solved.deviation(MemorySystem::thread),
      threads ? "" : no_threads);
  set_growth(solved, profile, parameters);
  set_live(solved, profile, parameters);
  const double kept_share = set_shared_heap(solved, profile, parameters);
  if (kept_share > 0.0) set_copying(solved, kept_share, profile, parameters);
  memory.interpreter = untold(memory.process.value, "an interpreter imports the application again");

  std::vector<double> outside;
  const std::vector<double> predicted = system.charges(solved.best, solved.decay);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const ChargeReading& reading = readings[i];
    const double charge = reading.charge();
    residuals.push_back({reading.run->id, reading.loaded ? "charge" : "charge idle", charge, predicted[i], 0.01});
    const double kernel = reading.processes() * memory.kernel_per_process.value.value;
    if (reading.memory().charge) outside.push_back(reading.memory().pss.value - charge + kernel);
  }
  if (!outside.empty()) {
    memory.files_outside = measured(Bytes{std::max(0.0, sim::median(outside))});
    note(parameters, "memory.files_outside", memory.files_outside.value.value, 0.0);
  }
}

}  // namespace models
