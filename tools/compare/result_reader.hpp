// SPDX-License-Identifier: MIT
// Reads a result strictly: everything that a comparison uses must be there and be what `forkcast schema result` says.
// What later minor versions add is passed over.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/compare/stored_result.hpp"

namespace differences {

inline constexpr std::size_t largest_result = std::size_t{256} << 20;

// `problems`: "FILE: /deployments/0/name: must be a text, is a number", one each. Nothing when there are any.
std::optional<StoredResult> read_result(const std::string& file, std::vector<std::string>& problems);
std::optional<StoredResult> parse_result(const std::string& file, const std::string& text,
                                         std::vector<std::string>& problems);

}  // namespace differences
