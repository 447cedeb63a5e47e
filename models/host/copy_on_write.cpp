// SPDX-License-Identifier: MIT
#include "models/host/copy_on_write.hpp"

#include "sim/random/elementary.hpp"

namespace models {

CopyOnWrite::CopyOnWrite(const MemoryCosts& costs, const std::vector<Kernel>& kernels, bool freeze)
    : after_fork_(1.0 - costs.unshared_at_once.value.value) {
  const auto add_set = [&](Fraction never, double decay) {
    const double written = freeze || after_fork_ == 0.0 ? 0.0 : 1.0 - never.value / after_fork_;
    sets_.push_back({written, decay, sim::exp_portable(-1.0 / decay)});
  };
  add_set(costs.never_unshared.value, costs.decay_requests.value);
  for (const Kernel& kernel : kernels) {
    const KernelMemory& own = kernel.memory;
    set_of_.push_back(own.never_unshared || own.decay_requests ? sets_.size() : 0);
    if (set_of_.back() == 0) continue;
    add_set(own.never_unshared.value_or(costs.never_unshared).value,
            own.decay_requests.value_or(costs.decay_requests).value);
  }
}

SharedPages CopyOnWrite::fork() const { return {after_fork_, std::vector<double>(sets_.size(), 1.0)}; }

double CopyOnWrite::write(SharedPages& pages, std::size_t kernel) const {
  const std::size_t which = set_of_[kernel];
  const PageSet& set = sets_[which];
  double& untouched = pages.untouched[which];
  const double shared_before = set.shared(untouched);
  if (pages.share == 0.0 || shared_before == 0.0) return 0.0;
  // What hardly matters goes at once: a product that never reaches zero ends in denormal numbers, which are slow.
  constexpr double negligible = 1e-12;
  untouched = untouched < negligible ? 0.0 : untouched * set.keep;
  const double kept = pages.share * (set.shared(untouched) / shared_before);
  const double copied = pages.share - kept;
  pages.share = kept;
  return copied;
}

double CopyOnWrite::shared_after(const std::vector<double>& requests) const {
  std::vector<double> of_set(sets_.size(), 0.0);
  for (std::size_t k = 0; k < requests.size(); ++k) of_set[set_of_[k]] += requests[k];
  double share = after_fork_;
  for (std::size_t s = 0; s < sets_.size(); ++s) share *= sets_[s].shared(sim::exp_portable(-of_set[s] / sets_[s].decay));
  return share;
}

}  // namespace models
