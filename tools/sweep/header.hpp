// SPDX-License-Identifier: MIT
// What a sweep is: its scenario, its points, its columns and the program that computes them. Equal headers,
// equal rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/swept_scenario.hpp"
#include "tools/sweep/shard.hpp"

namespace sweep {

struct Header {
  std::string version;        // of the program
  std::string source;         // its digest
  std::string scenario_file;  // as the user named it
  std::string scenario_hash;  // of the scenario as it is resolved with each value of each axis
  std::uint64_t seed = 1;
  nlohmann::ordered_json design;  // the axes as they are written, samples, constraints
  bool capacity = false;
  std::size_t points = 0;  // of the whole sweep
  Shard shard;
  std::vector<std::string> currencies;  // of the money in a row, in lower case
  std::vector<std::string> columns;     // of a row, after `point`; an axis called as a result: scenario.NAME
  std::string command;                  // that runs it, without shard and files
};

// Header of a scenario's sweep, but for shard and command. Reads a point with each value of each axis, as far
// as feasible; nothing when one is wrong, which is reported.
std::optional<Header> header_of(const models::SweptScenario& scenario, bool capacity,
                                std::string_view version, models::Diagnostics& diagnostics);

nlohmann::ordered_json to_json(const Header& header);
// Nothing when it is no header of this format.
std::optional<Header> header_from(const nlohmann::ordered_json& json);

// Why rows of the two do not belong into one table; empty when they do. Shards may differ.
std::string difference(const Header& stored, const Header& wanted);

}  // namespace sweep
