// SPDX-License-Identifier: MIT
// Names in messages: quoting, and did-you-mean with the known name nearest to what was written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace models {

// Edits (insert, delete, replace, swap of neighbours) that turn one name into the other, at most `limit` + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// The nearest candidate that a slip of the hand could have meant; empty when there is none. The first wins a
// tie.
std::string_view nearest(std::string_view written, const std::vector<std::string_view>& candidates);

// "did you mean 'threads'?", else the known names; empty when there are none.
std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& known);

// The text in quotes, cut to a readable length, control characters replaced: messages go to terminals.
std::string in_quotes(std::string_view text);

}  // namespace models
