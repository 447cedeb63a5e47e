// SPDX-License-Identifier: MIT
// The files of repeated --export options.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

inline constexpr std::string_view to_stdout = "-";

// Empty when every export is `-` or a file that ends in one of the extensions and can be written now, each
// once.
std::string exports_problem(const std::vector<std::string>& exports,
                            std::span<const std::string_view> extensions);

}  // namespace cli
