// SPDX-License-Identifier: MIT
// Downstream pools: tokens (database connections) that wait phases hold.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"

namespace models {

// What a pool of downstream tokens (database connections) is shared by.
enum class PoolScope { thread, process, container, service };
constexpr std::array<std::string_view, 4> words(PoolScope) { return {"thread", "process", "container", "service"}; }

struct Pool {
  std::string name;
  PoolScope per = PoolScope::process;
  Count size = 1;                          // tokens of one pool, 1..1,000,000
  std::optional<Count> max;                // tokens of all pools of the service together (the database's own limit)
};

template <class Table>
void describe(Table& table, const Pool*) {
  table.key(&Pool::name);
  table("per", &Pool::per, "What shares one pool.");
  table("size", &Pool::size, "Tokens of one pool.", between(1, 1'000'000));
  table("max", &Pool::max, "Tokens of all pools of the service together (the database's own limit).",
        between(1, 1'000'000), Example{"100"});
}

}  // namespace models
