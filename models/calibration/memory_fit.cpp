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
constexpr double spread = 0.005;         // of a reading, relative: what repeats of one differ by

// The equations solved, with as many sets of pages as the readings prove and the n0 of each that leave least.
struct Solved {
  explicit Solved(const MemorySystem& equations) : system(equations) {
    sets.of_kernel.assign(system.kernels().size(), 0);
    sets.decay = {usual_decay};
    best = searched(sets);
    for (std::size_t k = 1; k < sets.of_kernel.size(); ++k) {
      if (system.ages(k) && others_age(k)) try_apart(k);
    }
  }

  double value(Index column) const { return best.x[column]; }
  double deviation(Index column) const { return best.deviation[column]; }

  const MemorySystem& system;
  PageSets sets;
  NonNegativeSolution best;

 private:
  bool others_age(std::size_t kernel) const {
    for (std::size_t k = 0; k < sets.of_kernel.size(); ++k) {
      if (k != kernel && sets.of_kernel[k] == sets.of_kernel[kernel] && system.ages(k)) return true;
    }
    return false;
  }

  // A set of its own has two numbers more: chi-square of two degrees of freedom is above 6 by chance in 5 % of cases.
  void try_apart(std::size_t kernel) {
    PageSets more = sets;
    more.of_kernel[kernel] = sets.decay.size();
    more.decay.push_back(sets.decay.front());
    NonNegativeSolution apart = searched(more);
    const double freedom = std::max(1.0, static_cast<double>(system.readings().size()) - static_cast<double>(apart.x.size()));
    if (best.squares - apart.squares <= 6.0 * std::max(apart.squares / freedom, spread * spread)) return;
    sets = std::move(more);
    best = std::move(apart);
  }

  // Turns the n0 of each set until none moves: they are coupled by what their runs have in common.
  NonNegativeSolution searched(PageSets& turned) const {
    constexpr int most_rounds = 8;
    NonNegativeSolution least = system.solve(turned);
    bool moved = true;
    for (int round = 0; moved && round < most_rounds; ++round) {
      const std::vector<double> before = turned.decay;
      for (std::size_t set = 0; set < before.size(); ++set) turn(set, turned, least);
      moved = turned.decay != before;
    }
    return least;
  }

  void turn(std::size_t set, PageSets& turned, NonNegativeSolution& least) const {
    double oldest = 0.0;
    for (std::size_t k = 0; k < turned.of_kernel.size(); ++k) {
      if (turned.of_kernel[k] == set) oldest = std::max(oldest, system.oldest(k));
    }
    const auto attempt = [&](double decay) {
      if (decay > oldest) return;   // what takes longer than anybody looked cannot be told from growth
      PageSets with = turned;
      with.decay[set] = decay;
      NonNegativeSolution solved = system.solve(with);
      if (solved.squares >= least.squares) return;
      least = std::move(solved);
      turned = std::move(with);
    };
    for (int step = 0; step <= 50; ++step) attempt(0.3 * std::pow(10.0, step / 10.0));
    const double coarse = turned.decay[set];
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
  const MemorySystem& system = solved.system;
  bool told = false;
  for (std::size_t k = 0; k < system.kernels().size(); ++k) told = told || system.ages(k);
  if (!told) {
    const std::string reason = "no probe shows a preloaded server after enough requests";
    memory.never_unshared = untold(Fraction{kept_share}, reason);
    note(parameters, "memory.never_unshared", kept_share, 0.0, reason);
    return;
  }
  const auto set = [&](std::size_t which, const std::string& path, auto& never_unshared, auto& decay_requests) {
    const Index column = system.copied(which);
    const double heap = memory.shared_heap.value.value;
    const double never = kept_share - std::clamp(solved.value(column) / heap, 0.0, kept_share);
    never_unshared = measured(Fraction{never});
    decay_requests = measured(solved.sets.decay[which]);
    note(parameters, path + "never_unshared", never, solved.deviation(column) / heap);
    note(parameters, path + "decay_requests", solved.sets.decay[which], 0.0);
  };
  set(0, "memory.", memory.never_unshared, memory.decay_requests);
  for (std::size_t k = 0; k < system.kernels().size(); ++k) {
    Kernel* kernel = find_kernel(profile, system.kernels()[k]);
    if (!kernel) continue;
    const std::string path = "kernels." + kernel->name + ".memory.";
    if (solved.sets.of_kernel[k] != 0) {
      set(solved.sets.of_kernel[k], path, kernel->memory.never_unshared, kernel->memory.decay_requests);
    } else if (!system.ages(k)) {
      note(parameters, path + "never_unshared", memory.never_unshared.value.value, 0.0,
           "no preloaded server is seen after several numbers of its requests: the profile's");
    }
  }
}

void set_growth(const Solved& solved, Profile& profile, std::vector<Identified>& parameters) {
  const auto value = [&](std::size_t k) { return solved.value(MemorySystem::column(k, MemorySystem::growth)); };
  const auto deviation = [&](std::size_t k) { return solved.deviation(MemorySystem::column(k, MemorySystem::growth)); };
  profile.memory.growth = measured(Bytes{value(0)});
  note(parameters, "memory.growth", value(0), deviation(0));
  for (std::size_t k = 1; k < solved.system.kernels().size(); ++k) {
    Kernel* kernel = find_kernel(profile, solved.system.kernels()[k]);
    const double chance = 1.96 * std::hypot(deviation(0), deviation(k));
    if (!kernel || !(std::abs(value(k) - value(0)) > chance)) continue;
    kernel->memory.growth = measured(Bytes{value(k)});
    note(parameters, "kernels." + kernel->name + ".memory.growth", value(k), deviation(k));
  }
}

// What a collected heap grows by.
void set_collected(const Solved& solved, Profile& profile, std::vector<Identified>& parameters) {
  const auto set = [&](Index column, const std::string& path, Measured<Bytes>& number) {
    number = measured(Bytes{solved.value(column)});
    note(parameters, path, solved.value(column), solved.deviation(column));
  };
  if (solved.system.survivors_told()) {
    set(MemorySystem::survivor, "memory.survivor", profile.memory.survivor);
  }
  if (solved.system.connections_told()) {
    set(MemorySystem::connection, "memory.connection", profile.memory.connection);
  }
}

// What every request holds, and what those of some kernels hold beside it.
void set_live(const Solved& solved, Profile& profile, std::vector<Identified>& parameters) {
  const auto value = [&](std::size_t k) { return solved.value(MemorySystem::column(k, MemorySystem::live)); };
  const std::vector<std::string>& kernels = solved.system.kernels();
  std::size_t least = 0;
  for (std::size_t k = 1; k < kernels.size(); ++k) {
    if (value(k) < value(least)) least = k;
  }
  profile.memory.request = measured(Bytes{value(least)});
  note(parameters, "memory.request", value(least), solved.deviation(MemorySystem::column(least, MemorySystem::live)));
  for (std::size_t k = 0; k < kernels.size(); ++k) {
    Kernel* kernel = find_kernel(profile, kernels[k]);
    if (!kernel) continue;
    for (Phase& phase : kernel->phases) phase.memory = {value(k) - value(least)};
  }
}

}  // namespace

void fit_memory(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters,
                std::vector<Residual>& residuals, const std::string& server_name) {
  const MemorySystem system(charge_readings(runs, server_name));
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
  std::vector<double> files, outside;
  for (const ChargeReading& reading : readings) files.push_back(reading.file());
  const double usual_files = sim::median(files);
  const double once = solved.value(MemorySystem::container) + usual_files;
  const double in_use = solved.value(MemorySystem::process) + solved.value(MemorySystem::used);
  const double per_process = std::max(0.0, in_use - memory.kernel_per_process.value.value);
  memory.container = told_apart ? measured(Bytes{once}) : untold(Bytes{once}, together);
  memory.process = told_apart ? measured(Bytes{per_process}) : untold(Bytes{per_process}, together);
  memory.parent_of_one = !any([](const ChargeReading& reading) { return !reading.has_parent(); });
  note(parameters, "memory.container", once, solved.deviation(MemorySystem::container), told_apart ? "" : together);
  // As if the two were independent: the readings bind their sum closer than that.
  const double deviation = std::hypot(solved.deviation(MemorySystem::process), solved.deviation(MemorySystem::used));
  note(parameters, "memory.process", per_process, deviation, told_apart ? "" : together);
  const std::string no_threads = "no probe has several threads";
  memory.thread = threads ? measured(Bytes{solved.value(MemorySystem::thread)}) : untold(Bytes{}, no_threads);
  note(parameters, "memory.thread", memory.thread.value.value, solved.deviation(MemorySystem::thread),
      threads ? "" : no_threads);
  set_growth(solved, profile, parameters);
  set_collected(solved, profile, parameters);
  set_live(solved, profile, parameters);
  const double kept_share = set_shared_heap(solved, profile, parameters);
  if (kept_share > 0.0) set_copying(solved, kept_share, profile, parameters);
  memory.interpreter = untold(memory.process.value, "an interpreter imports the application again");

  const std::vector<double> predicted = system.charges(solved.best, solved.sets);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const ChargeReading& reading = readings[i];
    residuals.push_back({reading.run->id, reading.loaded ? "charge" : "charge idle", reading.charge() + reading.file(),
                         predicted[i] + reading.file(), 0.01});
    const double kernel = reading.processes() * memory.kernel_per_process.value.value;
    if (reading.memory().charge) outside.push_back(reading.memory().pss.value - reading.charge() - usual_files + kernel);
  }
  if (!outside.empty()) {
    memory.files_outside = measured(Bytes{std::max(0.0, sim::median(outside))});
    note(parameters, "memory.files_outside", memory.files_outside.value.value, 0.0);
  }
}

}  // namespace models
