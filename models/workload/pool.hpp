// SPDX-License-Identifier: MIT
// Downstream pools: tokens (database connections) that wait phases hold.
#pragma once

#include <optional>
#include <string>

#include "models/fields/quantity.hpp"

namespace models {

// What a pool of tokens is shared by.
enum class PoolScope { thread, process, container, service };

struct Pool {
  std::string name;
  PoolScope per = PoolScope::process;
  Count size = 1;            // tokens of one pool, 1..1,000,000
  std::optional<Count> max;  // tokens of all pools of the service together (the database's own limit)
};

}  // namespace models
