// SPDX-License-Identifier: MIT
// Invariant: the low end of every number of the result belongs to the low ends of what it was made from.
#include "models/profile/derivation.hpp"

#include <algorithm>

namespace models {

namespace {

Basis no_better_than_derived(Basis basis) {
  return std::max(basis, Basis::derived);
}

template <class T>
void scale(Measured<T>& number, const Measured<Factor>& factor, const std::string& source) {
  number.value = T{number.value.value * factor.value.value};
  number.low = T{number.low.value * factor.low.value};
  number.high = T{number.high.value * factor.high.value};
  number.basis = no_better_than_derived(number.basis);
  if (number.source.empty()) number.source = source;
}

}  // namespace

Profile derive(const Profile& base, const Derivation& derivation) {
  Profile result = base;
  const std::string source = "derived from " + derivation.derive;
  scale(result.threads.single_thread_cost, derivation.single_thread_cost, source);
  for (Measured<Bytes> MemoryCosts::*size :
       {&MemoryCosts::container, &MemoryCosts::process, &MemoryCosts::shared_heap, &MemoryCosts::held_by_master,
        &MemoryCosts::thread, &MemoryCosts::interpreter, &MemoryCosts::request, &MemoryCosts::growth,
        &MemoryCosts::survivor, &MemoryCosts::connection, &MemoryCosts::kernel_per_process, &MemoryCosts::files_outside}) {
    scale(result.memory.*size, derivation.memory, source);
  }
  for (Kernel& kernel : result.kernels) {
    if (kernel.memory.growth) scale(*kernel.memory.growth, derivation.memory, source);
  }
  result.threads.contention = derivation.contention;
  result.threads.coherency = derivation.coherency;
  for (Measured<double>* stated : {&result.threads.contention, &result.threads.coherency}) {
    stated->basis = no_better_than_derived(stated->basis);
    if (stated->source.empty()) stated->source = source;
  }
  result.lock.present = derivation.lock;
  return result;
}

}  // namespace models
