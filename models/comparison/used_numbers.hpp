// SPDX-License-Identifier: MIT
// Which numbers of a profile a deployment uses depends on what it runs: a single process has no use for the
// cost of a hand-over.
#pragma once

#include <algorithm>
#include <string_view>

#include "models/profile/profile.hpp"
#include "models/runtime/deployment.hpp"
#include "models/runtime/registry.hpp"
#include "models/workload/load.hpp"

namespace models {

class UsedNumbers {
 public:
  // The three must outlive it. `starts_workers`: workers are started while requests are served.
  UsedNumbers(const Service& service, const Deployment& deployment, const Profile& profile,
              bool starts_workers);

  // path: as for_each_number spells it.
  bool contain(std::string_view path) const;

 private:
  bool of_a_kernel(std::string_view path) const;
  // What a kernel says itself replaces what the profile says of all of them.
  template <class Number>
  bool some_kernel_lacks(Number KernelMemory::*own) const {
    return std::any_of(profile_.kernels.begin(), profile_.kernels.end(), [&](const Kernel& kernel) {
      return !(kernel.memory.*own) && of_a_kernel("kernels." + kernel.name + ".");
    });
  }

  bool of_a_holder_for_an_interval() const;
  bool of_cold_caches() const;

  const Service& service_;
  const Profile& profile_;
  const Deployment& deployment_;
  const ServerInfo& server_;
  std::string_view runtime_;
  bool starts_workers_;
};

// An assumed zero cost, or a factor of one: what the number stands for is left out of the model.
template <class T>
bool is_left_out(const Measured<T>& number, std::string_view path) {
  const double neutral = path == "threads.single_thread_cost" ? 1.0 : 0.0;
  return number.basis == Basis::assumed && !number.is_range() && number.value == T{neutral};
}

}  // namespace models
