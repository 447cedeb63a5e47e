// SPDX-License-Identifier: MIT
// A profile with ranges is simulated at both ends: every number at its optimistic, then at its pessimistic value
// (low costs are good everywhere, but for the share of the heap that stays shared).
#pragma once

#include "models/profile/profile.hpp"

namespace models {

enum class RangeEnd { optimistic, pessimistic };

bool has_ranges(const Profile& profile);
Profile pinned(Profile profile, RangeEnd end);

}  // namespace models
