// SPDX-License-Identifier: MIT
#include "models/host/memory.hpp"

#include "sim/random/elementary.hpp"

namespace models {

ContainerMemory::ContainerMemory(sim::Simulation& simulation, const MemoryCosts& costs, const MemoryLayout& layout,
                                 std::optional<Bytes> limit, sim::Timer& over_limit)
    : simulation_(simulation),
      limit_(limit),
      over_limit_(over_limit),
      growth_(costs.growth.value.value),
      kernel_per_process_(costs.kernel_per_process.value.value),
      files_outside_(costs.files_outside.value.value) {
  const double shared = layout.preload ? costs.shared_heap.value.value : 0.0;
  const double at_once = costs.unshared_at_once.value.value;
  const double never = layout.freeze ? 1.0 - at_once : costs.never_unshared.value.value;
  unshared_by_requests_ = shared * (1.0 - at_once - never);
  keep_per_request_ = sim::exp_portable(-1.0 / costs.decay_requests.value);
  per_process_ = costs.process.value.value - shared + shared * at_once +
                 static_cast<double>(layout.threads - 1) * costs.thread.value.value +
                 static_cast<double>(layout.interpreters - 1) * costs.interpreter.value.value + kernel_per_process_;
  charge_.set(simulation.now(), costs.container.value.value + shared);
  kernel_.set(simulation.now(), 0.0);
}

void ContainerMemory::change(ProcessMemory& process, double bytes) {
  process.owned.value += bytes;
  charge_.add(simulation_.now(), bytes);
  if (bytes > 0.0 && over_limit() && !over_limit_.pending()) over_limit_.schedule(simulation_.now());
}

ProcessMemory ContainerMemory::add_process() {
  ProcessMemory process;
  process.still_shared = unshared_by_requests_;
  change(process, per_process_);
  kernel_.add(simulation_.now(), kernel_per_process_);
  return process;
}

void ContainerMemory::remove_process(ProcessMemory& process) {
  change(process, -process.owned.value);
  process.still_shared = 0.0;
  kernel_.add(simulation_.now(), -kernel_per_process_);
}

void ContainerMemory::age(ProcessMemory& process) {
  // The last byte goes at once: a product that never reaches zero ends in denormal numbers, which are slow.
  const double rest = process.still_shared * keep_per_request_;
  const double kept = rest < 1.0 ? 0.0 : rest;
  const double delta = growth_ + (process.still_shared - kept);
  process.still_shared = kept;
  if (delta != 0.0) change(process, delta);
}

Bytes ContainerMemory::mean_pss() const {
  return mean_charge() - Bytes{kernel_.mean(simulation_.now())} + Bytes{files_outside_};
}

void ContainerMemory::reset_statistics() {
  charge_.reset(simulation_.now());
  kernel_.reset(simulation_.now());
}

}  // namespace models
