// SPDX-License-Identifier: MIT
// Cores that this process may run on, which may be fewer than the machine has, and how a run shares them out.
#pragma once

#include <vector>

#include "models/fields/quantity.hpp"

namespace measure {

std::vector<int> allowed_cores();  // ascending, at least one

struct CoreSplit {
  std::vector<int> server, client;  // empty: all
  bool shared = true;               // without cores to spare both run on all
};
CoreSplit split_cores(const std::vector<int>& allowed, models::Count for_server);

}  // namespace measure
