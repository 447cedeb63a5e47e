// SPDX-License-Identifier: MIT
// Did-you-mean: the known name nearest to what was written.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace models {

// Edits (insert, delete, replace, swap of neighbours) that turn one name into the other, at most `limit` + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// The nearest candidate that a slip of the hand could have meant; empty when there is none. The first wins a tie.
std::string_view nearest(std::string_view written, const std::vector<std::string_view>& candidates);

}  // namespace models
