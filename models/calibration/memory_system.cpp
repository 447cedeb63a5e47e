// SPDX-License-Identifier: MIT
#include "models/calibration/memory_system.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "models/calibration/probe.hpp"
#include "models/runtime/registry.hpp"

namespace models {

using Eigen::Index;

double ChargeReading::file() const { return memory().charge ? memory().file.value_or(Bytes{}).value : 0.0; }

double ChargeReading::charge() const { return memory().charge.value_or(memory().pss).value - file(); }

double ChargeReading::served() const {
  return static_cast<double>(loaded ? run->requests_before + run->requests : std::min(run->requests_before, Count{1}));
}

double ChargeReading::copying(double decay) const {
  return loaded ? processes() * -std::expm1(-served_by_each() / decay) : -std::expm1(-served() / decay);
}

double ChargeReading::busy() const {
  if (!loaded) return 0.0;
  if (collected) return run->throughput.per_second * run->latency.mean.seconds;
  return static_cast<double>(std::min(run->what.connections, run->what.processes * run->what.threads));
}

double ChargeReading::survivors() const {
  if (!loaded || !collected) return 0.0;
  if (run->what.rate) return served() * busy() / (processes() + busy());
  return served() * std::clamp(static_cast<double>(run->what.connections) / processes() - 1.0, 0.0, 1.0);
}

double ChargeReading::opened() const { return loaded && collected && !run->what.keep_alive ? served() : 0.0; }

// Servers start their threads with the process or with the first requests; a process has one beside them.
double ChargeReading::more_threads() const {
  const auto wanted = static_cast<double>(run->what.processes * (run->what.threads - 1));
  if (loaded || memory().threads >= run->what.processes * run->what.threads) return wanted;
  return 0.0;
}

bool ChargeReading::has_parent() const { return run->what.processes > 1 || memory().processes != 1; }

namespace {

bool takes_any_number(const ServerInfo* server) {
  return server != nullptr && find_runtime(server->runtime_with_lock)->takes_any_number;
}

// As a share of the requests that were served under load.
bool vary(const std::vector<ChargeReading>& readings, double (ChargeReading::*what)() const) {
  std::set<double> shares;
  for (const ChargeReading& reading : readings) {
    if (reading.loaded && reading.collected) shares.insert((reading.*what)() / reading.served());
  }
  return shares.size() > 1;
}

}  // namespace

std::vector<ChargeReading> charge_readings(const std::vector<MeasuredRun>& runs, const std::string& server_name) {
  std::vector<ChargeReading> readings;
  for (const MeasuredRun& run : runs) {
    if (run.oom_kills > 0) continue;
    const bool collected = takes_any_number(stated_server(run.what, server_name));
    for (const bool loaded : {false, true}) {
      const ChargeReading reading{&run, loaded, collected};
      if (reading.charge() > 0.0) readings.push_back(reading);
    }
  }
  return readings;
}

MemorySystem::MemorySystem(std::vector<ChargeReading> readings) : readings_(std::move(readings)) {
  std::set<Count> sizes;
  std::vector<std::set<double>> ages;
  for (const ChargeReading& reading : readings_) {
    const Configuration& what = reading.run->what;
    busy_varies_ = busy_varies_ || (reading.loaded && reading.busy() != reading.processes());
    const auto found = std::find(kernels_.begin(), kernels_.end(), what.kernel);
    kernel_of_.push_back(static_cast<std::size_t>(found - kernels_.begin()));
    if (found == kernels_.end()) {
      kernels_.push_back(what.kernel);
      ages.emplace_back();
    }
    if (!what.preload) continue;
    sizes.insert(what.processes);
    if (reading.loaded) ages[kernel_of_.back()].insert(reading.served_by_each());
  }
  sizes_vary_ = sizes.size() > 1;
  survivors_told_ = vary(readings_, &ChargeReading::survivors);
  connections_told_ = vary(readings_, &ChargeReading::opened);
  for (const std::set<double>& of_kernel : ages) oldest_.push_back(of_kernel.size() > 1 ? *of_kernel.rbegin() : 0.0);
}

Eigen::MatrixXd MemorySystem::rows(const PageSets& sets) const {
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(static_cast<Index>(readings_.size()), copied(sets.decay.size()));
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    const ChargeReading& reading = readings_[i];
    const std::size_t kernel = kernel_of_[i];
    auto row = a.row(static_cast<Index>(i));
    row[container] = reading.has_parent() ? 1.0 : 0.0;
    row[process] = reading.processes();
    row[used] = busy_varies_ && reading.loaded ? reading.processes() : 0.0;
    row[thread] = reading.more_threads();
    row[survivor] = survivors_told_ ? reading.survivors() : 0.0;
    row[connection] = connections_told_ ? reading.opened() : 0.0;
    if (reading.run->what.preload) {
      row[shared] = sizes_vary_ ? 1.0 : 1.0 - reading.processes() * (1.0 - usual_at_once);
      if (sizes_vary_) row[kept] = -reading.processes();
      const std::size_t set = sets.of_kernel[kernel];
      row[copied(set)] = reading.copying(sets.decay[set]);
    }
    row[column(kernel, growth)] = reading.served();
    row[column(kernel, live)] = reading.busy();
    row /= reading.charge();
  }
  return a;
}

NonNegativeSolution MemorySystem::solve(const PageSets& sets) const {
  return solve_non_negative(rows(sets), Eigen::VectorXd::Ones(static_cast<Index>(readings_.size())));
}

std::vector<double> MemorySystem::charges(const NonNegativeSolution& solved, const PageSets& sets) const {
  const Eigen::VectorXd relative = rows(sets) * solved.x;
  std::vector<double> charges;
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    charges.push_back(relative[static_cast<Index>(i)] * readings_[i].charge());
  }
  return charges;
}

}  // namespace models
