// SPDX-License-Identifier: MIT
#include "models/host/memory.hpp"

namespace models {

ContainerMemory::ContainerMemory(sim::Simulation& simulation, const MemoryCosts& costs,
                                 const std::vector<Kernel>& kernels, const MemoryLayout& layout,
                                 std::optional<Bytes> limit, sim::Timer& over_limit)
    : simulation_(simulation),
      limit_(limit),
      over_limit_(over_limit),
      keeps_freed_(layout.keeps_freed),
      copy_on_write_(costs, kernels, layout.freeze),
      shared_heap_(layout.preload ? costs.shared_heap.value.value : 0.0),
      kernel_per_process_(costs.kernel_per_process.value.value),
      files_outside_(costs.files_outside.value.value),
      request_(costs.request.value),
      survivor_(layout.keeps_freed ? 0.0 : costs.survivor.value.value),
      connection_(layout.keeps_freed ? 0.0 : costs.connection.value.value) {
  for (const Kernel& kernel : kernels) growth_.push_back(kernel.memory.growth.value_or(costs.growth).value.value);
  ages_ = shared_heap_ > 0.0 || std::any_of(growth_.begin(), growth_.end(), [](double bytes) { return bytes != 0.0; });
  requests_matter_ = ages_ || request_ > Bytes{} || survivor_ > 0.0 || connection_ > 0.0;
  per_process_ = costs.process.value.value - shared_heap_ * copy_on_write_.fork().share +
                 static_cast<double>(layout.threads - 1) * costs.thread.value.value +
                 static_cast<double>(layout.interpreters - 1) * costs.interpreter.value.value + kernel_per_process_;
  const double held = layout.preload ? costs.held_by_master.value.value : 0.0;
  const bool has_master = costs.parent_of_one || layout.processes > 1;
  const double master = has_master ? costs.container.value.value : 0.0;
  charge_.set(simulation.now(), master + shared_heap_ - held);
  kernel_.set(simulation.now(), 0.0);
}

void ContainerMemory::change(ProcessMemory& process, double bytes) {
  process.owned.value += bytes;
  charge_.add(simulation_.now(), bytes);
  if (bytes > 0.0 && over_limit() && !over_limit_.pending()) over_limit_.schedule(simulation_.now());
}

ProcessMemory ContainerMemory::add_process() {
  ProcessMemory process;
  process.heap = copy_on_write_.fork();
  change(process, per_process_);
  kernel_.add(simulation_.now(), kernel_per_process_);
  return process;
}

void ContainerMemory::remove_process(ProcessMemory& process) {
  change(process, -process.owned.value);
  kernel_.add(simulation_.now(), -kernel_per_process_);
}

void ContainerMemory::grow(ProcessMemory& process, std::size_t kernel) {
  double delta = growth_[kernel];
  if (shared_heap_ > 0.0) delta += shared_heap_ * copy_on_write_.write(process.heap, kernel);
  if (delta != 0.0) change(process, delta);
}

Bytes ContainerMemory::pss() const { return charge() - Bytes{kernel_.value()} + Bytes{files_outside_}; }

Bytes ContainerMemory::mean_pss() const {
  return mean_charge() - Bytes{kernel_.mean(simulation_.now())} + Bytes{files_outside_};
}

void ContainerMemory::reset_statistics() {
  charge_.reset(simulation_.now());
  kernel_.reset(simulation_.now());
}

}  // namespace models
