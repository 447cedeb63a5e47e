// SPDX-License-Identifier: MIT
// Sentences on a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace report {

// Lines of at most `limit` characters, continued two blanks deeper than they began.
std::string wrapped(const std::string& text, std::size_t limit = 120);

}  // namespace report
