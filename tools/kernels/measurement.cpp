// SPDX-License-Identifier: MIT
#include "tools/kernels/measurement.hpp"

#include <algorithm>

namespace kernels {

std::vector<int> default_counts(int cores) {
  std::vector<int> counts;
  for (int k = 1; k < cores; k *= 2) counts.push_back(k);
  counts.push_back(std::max(1, cores));
  counts.push_back(2 * counts.back());
  return counts;
}

Measurement measure(const Target& target, const Plan& plan, const std::function<void(double)>& progress,
                    const std::function<bool()>& stop) {
  Measurement result;
  result.counts = plan.counts;
  result.threads.resize(plan.counts.size());
  result.processes.resize(plan.counts.size());
  const double steps = 2.0 * plan.rounds * static_cast<double>(plan.counts.size()) + 2.0;
  double done = 0.0;
  const auto step = [&] {
    progress(std::min(1.0, ++done / steps));
    if (stop()) throw KernelError("interrupted");
  };
  result.runtime = describe(target);
  for (int round = 0; round < plan.rounds; ++round) {
    for (std::size_t i = 0; i < plan.counts.size(); ++i) {
      result.threads[i].push_back(run_threads(target, plan.counts[i], plan.seconds));
      step();
      result.processes[i].push_back(run_processes(target, plan.counts[i], plan.seconds));
      step();
    }
  }
  if (result.runtime.lock) result.lock = sample_lock(target, plan.lock_seconds);
  step();
  if (!target.native()) {
    constexpr int traced_calls = 20;
    result.allocation = trace_allocation(target, traced_calls);
    result.allocation_known = true;
  }
  step();
  return result;
}

}  // namespace kernels
