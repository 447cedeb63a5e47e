// SPDX-License-Identifier: MIT
#include "models/profile/range_end.hpp"

#include <utility>

#include "models/profile/numbers.hpp"

namespace models {

bool has_ranges(const Profile& profile) {
  bool found = false;
  for_each_number(profile, [&](std::string_view, const auto& number) { found = found || number.is_range(); });
  return found;
}

Profile pinned(Profile profile, RangeEnd end) {
  std::swap(profile.memory.never_unshared.low, profile.memory.never_unshared.high);
  for (Kernel& kernel : profile.kernels) {
    if (auto& share = kernel.memory.never_unshared) std::swap(share->low, share->high);
  }
  std::swap(profile.caches.cooling.low, profile.caches.cooling.high);
  for_each_number(profile, [&](std::string_view, auto& number) {
    number.value = end == RangeEnd::optimistic ? number.low : number.high;
    number.low = number.high = number.value;
  });
  return profile;
}

}  // namespace models
